// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"time"

	"github.com/twinwire/twinwire/internal/fault"
)

// A link is the way from one host to another. What is drawn for it comes from streams of its own.
type link struct {
	from, to *Host
	loopback bool

	delays, tails, splits, resets, dials stream

	blocked int    // partitions that cut it
	epoch   uint64 // raised by a heal, so that the ends of healed partitions count for nothing
	stalled []*pipe
}

type linkEnds struct{ from, to *Host }

// loopbackDelay is the latency from a host to itself, unless the profile has none.
const loopbackDelay = 10 * time.Microsecond

func (w *World) link(from, to *Host) *link {
	ends := linkEnds{from, to}
	l := w.links[ends]
	if l == nil {
		place := mix(from.key, to.key)
		name := from.name + "->" + to.name
		l = &link{
			from: from, to: to, loopback: from == to,
			delays: w.stream("delay", place, name), tails: w.stream("tail", place, name), splits: w.stream("split", place, name),
			resets: w.stream("reset", place, name), dials: w.stream("dial", place, name),
		}
		w.links[ends] = l
	}
	return l
}

// arrival draws when something sent now arrives. Ordinary latency is no fault; the tail is.
func (l *link) arrival(w *World, p *pipe) int64 {
	f := &w.cfg.Faults
	if l.loopback {
		return w.at(min(f.LatencyMin, loopbackDelay))
	}
	d := f.LatencyMin + w.exponential(&l.delays, f.LatencyMean)
	if f.TailPPM > 0 && w.strikesNow() && w.strikes(&l.tails, f.TailPPM) {
		d += time.Duration(w.between(&l.tails, int64(f.TailMax)/100, int64(f.TailMax)))
		w.strike(fault.Delay, l.to, p, "")
	}
	return w.at(d)
}
