// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// linkSettings says what a link is like: the profile, and what the plan says of it.
type linkSettings struct {
	latency   plan.Span // this and the next two count for every segment
	bandwidth int64
	loopback  bool
	tailPPM   uint32
	lossPPM   uint32
	flipPPM   uint32
	splitPPM  uint32
	resetPPM  uint32
	tailMax   time.Duration
	hangMax   time.Duration
	hangPPM   uint32
	refusePPM uint32
}

//go:norace
func (w *World) linkSettings(from, to *Host) *linkSettings {
	s := &w.usual[0]
	if from == to {
		s = &w.usual[1]
	}
	if w.cfg.Plan == nil {
		return s
	}
	own := *s
	for _, l := range w.cfg.Plan.Links {
		if l.From.Matches(from.name) && l.To.Matches(to.name) {
			own.override(l)
			s = &own
		}
	}
	return s
}

// usualSettings are those of links of which a plan says nothing: between hosts, or from a host to itself.
//
//go:norace
func usualSettings(f *fault.Profile, loopback bool) linkSettings {
	return linkSettings{
		loopback: loopback,
		latency:  plan.Span{Min: f.LatencyMin, Mean: f.LatencyMean}, tailPPM: f.TailPPM, tailMax: f.TailMax,
		lossPPM: f.LossPPM, flipPPM: f.FlipPPM, bandwidth: f.Bandwidth,
		splitPPM: f.SplitPPM, resetPPM: f.ResetPPM, refusePPM: f.RefusePPM, hangPPM: f.HangPPM, hangMax: f.HangMax,
	}
}

//go:norace
func (s *linkSettings) override(l plan.Link) {
	if l.Latency != nil {
		s.latency = *l.Latency
	}
	if l.Tail != nil {
		s.tailPPM, s.tailMax = uint32(l.Tail.Share), l.Tail.Max
	}
	if l.Bandwidth != nil {
		s.bandwidth = int64(*l.Bandwidth)
	}
	for _, o := range []struct {
		from *plan.Share
		to   *uint32
	}{{l.Loss, &s.lossPPM}, {l.Split, &s.splitPPM}, {l.Reset, &s.resetPPM}, {l.Refuse, &s.refusePPM}, {l.Flip, &s.flipPPM}} {
		if o.from != nil {
			*o.to = uint32(*o.from)
		}
	}
}

// span draws a length of time. The calm choice is the shortest of a range, and the median of what is exponential.
//
//go:norace
func (w *World) span(s *stream, p plan.Span) time.Duration {
	if p.Max > p.Min {
		return time.Duration(w.between(s, int64(p.Min), int64(p.Max)))
	}
	return p.Min + w.exponential(s, p.Mean)
}
