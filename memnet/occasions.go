// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"slices"
	"strings"

	"github.com/twinwire/twinwire/internal/plan"
)

// occasions are what the plan says of the things that happen on one link.
type occasions struct {
	segments, writes, dials *nthEffects            // nil: nothing
	messages                map[string]*nthEffects // by kind
}

// nthEffects are effects by the number of the occurrence.
type nthEffects struct {
	seen   uint64 // of messages
	single map[uint64][]plan.Effect
	ranges []plan.Occasion
}

func (n *nthEffects) add(o plan.Occasion) *nthEffects {
	if n == nil {
		n = &nthEffects{single: map[uint64][]plan.Effect{}}
	}
	if o.First == o.Last {
		n.single[o.First] = append(n.single[o.First], o.Do)
	} else {
		n.ranges = append(n.ranges, o)
	}
	return n
}

// at returns the effects on the nth occurrence.
func (n *nthEffects) at(nth uint64) []plan.Effect {
	if n == nil {
		return nil
	}
	all := n.single[nth]
	for _, o := range n.ranges {
		if o.First <= nth && nth <= o.Last {
			all = append(slices.Clip(all), o.Do)
		}
	}
	return all
}

// occasionsOf picks out what the plan says of a link.
func (w *World) occasionsOf(from, to *Host) occasions {
	var all occasions
	if w.cfg.Plan == nil || from == to {
		return all
	}
	for _, o := range w.cfg.Plan.Occasions {
		if !o.From.Matches(from.name) || !o.To.Matches(to.name) {
			continue
		}
		switch {
		case o.Kind == plan.KindSegment:
			all.segments = all.segments.add(o)
		case o.Kind == plan.KindWrite:
			all.writes = all.writes.add(o)
		case o.Kind == plan.KindDial:
			all.dials = all.dials.add(o)
		case strings.Contains(o.Kind, ":"):
			if all.messages == nil {
				all.messages = map[string]*nthEffects{}
			}
			all.messages[o.Kind] = all.messages[o.Kind].add(o)
		}
	}
	return all
}

// occasionsAt picks out what the plan says of the disk of a host.
func (w *World) occasionsAt(h *Host, kind string) *nthEffects {
	var all *nthEffects
	if w.cfg.Plan == nil {
		return nil
	}
	for _, o := range w.cfg.Plan.Occasions {
		if o.Kind == kind && o.From.Matches(h.name) {
			all = all.add(o)
		}
	}
	return all
}

// struckAt keeps a fault of a disk for the plan of the run.
func (w *World) struckAt(h *Host, kind string, nth uint64, e plan.Effect) {
	if w.struck != nil {
		w.struck.Occasions = append(w.struck.Occasions, plan.Occasion{Kind: kind, From: plan.Pattern(h.name), First: nth, Last: nth, Do: e})
	}
}

// struckOccasion keeps a fault on traffic for the plan of the run.
func (w *World) struckOccasion(l *link, kind string, nth uint64, e plan.Effect) {
	if w.struck == nil {
		return
	}
	w.struck.Occasions = append(w.struck.Occasions, plan.Occasion{
		Kind: kind, From: plan.Pattern(l.from.name), To: plan.Pattern(l.to.name), First: nth, Last: nth, Do: e,
	})
}
