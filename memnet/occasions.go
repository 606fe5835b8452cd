// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"slices"
	"strings"

	"github.com/twinwire/twinwire/internal/plan"
)

// occasions are what the plan says of the things that happen on one link.
type occasions struct {
	segments, writes, dials *nthEffects          // nil: nothing
	messages                []messageEffects     // by kind, sorted
	connections             keyTable[*occasions] // on one connection, by its number
}

// messageEffects are effects on messages of a kind.
type messageEffects struct {
	kind string
	*nthEffects
}

// nthEffects are effects by the number of the occurrence.
type nthEffects struct {
	seen   uint64 // of messages
	single keyTable[[]plan.Effect]
	ranges []plan.Occasion
}

//go:norace
func (n *nthEffects) add(o plan.Occasion) *nthEffects {
	if n == nil {
		n = &nthEffects{}
	}
	if o.First == o.Last {
		single := n.single.at(o.First)
		*single = append(*single, o.Do)
	} else {
		n.ranges = append(n.ranges, o)
	}
	return n
}

// at returns the effects on the nth occurrence.
//
//go:norace
func (n *nthEffects) at(nth uint64) []plan.Effect {
	if n == nil {
		return nil
	}
	var all []plan.Effect
	if single := n.single.find(nth); single != nil {
		all = *single
	}
	for _, o := range n.ranges {
		if o.First <= nth && nth <= o.Last {
			all = append(slices.Clip(all), o.Do)
		}
	}
	return all
}

// occasionsOf picks out what the plan says of a link; nil: nothing.
//
//go:norace
func (w *World) occasionsOf(from, to *Host) *occasions {
	if w.cfg.Plan == nil || w.healed || from == to {
		return nil
	}
	all := &occasions{}
	for _, o := range w.cfg.Plan.Occasions {
		if !o.From.Matches(from.name) || !o.To.Matches(to.name) {
			continue
		}
		if o.Conn != 0 {
			on := all.connections.at(o.Conn)
			if *on == nil {
				*on = &occasions{}
			}
			(*on).add(o)
			continue
		}
		all.add(o)
	}
	return all
}

// planned reports whether writes of the link may have anything planned for them.
//
//go:norace
func (all *occasions) planned() bool {
	return all != nil && (all.writes != nil || all.messages != nil || all.connections.used > 0)
}

// add sorts an occasion in.
//
//go:norace
func (all *occasions) add(o plan.Occasion) {
	switch {
	case o.Kind == plan.KindSegment:
		all.segments = all.segments.add(o)
	case o.Kind == plan.KindWrite:
		all.writes = all.writes.add(o)
	case o.Kind == plan.KindDial:
		all.dials = all.dials.add(o)
	case strings.Contains(o.Kind, ":"):
		all.addMessage(o)
	}
}

//go:norace
func (all *occasions) addMessage(o plan.Occasion) {
	i := 0
	for i < len(all.messages) && all.messages[i].kind < o.Kind {
		i++
	}
	if i == len(all.messages) || all.messages[i].kind != o.Kind {
		all.messages = slices.Insert(all.messages, i, messageEffects{kind: o.Kind})
	}
	all.messages[i].nthEffects = all.messages[i].add(o)
}

// onConnection picks out what the plan says of one connection of the link.
//
//go:norace
func (all *occasions) onConnection(number uint64) *occasions {
	if on := all.connections.find(number); on != nil {
		return *on
	}
	return nil
}

// occasionsAt picks out what the plan says of the disk of a host.
//
//go:norace
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
//
//go:norace
func (w *World) struckAt(h *Host, kind string, nth uint64, e plan.Effect) {
	if w.struck != nil {
		w.struck.Occasions = append(w.struck.Occasions, plan.Occasion{Kind: kind, From: plan.Pattern(h.name), First: nth, Last: nth, Do: e})
	}
}

// An occurrence is one of the things that happen on a link.
type occurrence struct {
	kind string
	conn uint64 // the connection it is counted on; 0: on the link
	nth  uint64
}

// struckOccasion keeps a fault on traffic for the plan of the run.
//
//go:norace
func (w *World) struckOccasion(l *link, o occurrence, e plan.Effect) {
	if w.struck == nil {
		return
	}
	w.struck.Occasions = append(w.struck.Occasions, plan.Occasion{
		Kind: o.kind, From: plan.Pattern(l.from.name), To: plan.Pattern(l.to.name), Conn: o.conn, First: o.nth, Last: o.nth, Do: e,
	})
}
