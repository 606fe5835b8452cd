// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/internal/tape"
)

// needs calms each choice of the run, faults first, and sees what comes of it.
func (w *inquiry) needs() {
	var all []candidate
	var what []Need
	t := w.best.tape
	for _, class := range []class{classFault, classSwitch, classDelay, classSetting} {
		for _, unit := range drawnTogether(t, unitsOf(t, class)) {
			all = append(all, candidate{tape: without(t, unit), cuts: w.best.cuts})
			what = append(what, w.need(class, unit))
		}
	}
	tried := w.tryAll(all, func(i int, res Result, same bool) {
		what[i].Needed, what[i].Otherwise = !same, res.Signature
		if res.Verdict.OK() {
			what[i].Otherwise = Passed.String()
		}
	})
	w.out.Needs = what[:tried]
}

// drawnTogether makes one unit of all that a swarm drew of what the network, disks and clocks are like: nobody can tell what
// one number of it is for.
func drawnTogether(t *Tape, units [][]place) [][]place {
	swarm := slices.IndexFunc(t.Streams, func(s tape.Stream) bool { return s.Purpose() == "swarm" })
	if swarm < 0 {
		return units
	}
	var drawn []place
	rest := slices.DeleteFunc(slices.Clone(units), func(unit []place) bool {
		is := unit[0].stream == t.Streams[swarm].ID
		if is {
			drawn = append(drawn, unit...)
		}
		return is
	})
	if len(drawn) == 0 {
		return units
	}
	return append(rest, drawn)
}

// without returns a tape on which the choices of a unit are calm.
func without(t *Tape, unit []place) *Tape {
	gone := map[place]bool{}
	for _, p := range unit {
		gone[p] = true
	}
	return t.Keep(func(_ int, c tape.Choice) bool { return !gone[place{t.Streams[c.Stream].ID, c.N}] })
}

// need describes a unit.
func (w *inquiry) need(class class, unit []place) Need {
	t := w.best.tape
	n := Need{Kind: class.String()}
	for _, c := range t.Choices {
		s := t.Streams[c.Stream]
		switch (place{s.ID, c.N}) {
		case unit[0]:
			n.What = choiceText(s, c.N)
		case unit[len(unit)-1]:
		default:
			continue
		}
		n.At = c.At
	}
	return n
}

func (c class) String() string {
	return [...]string{classFault: "fault", classDelay: "delay", classSwitch: "switch", classSetting: "setting"}[c]
}

// choiceText says in words what a choice is about.
func choiceText(s tape.Stream, n uint64) string {
	purpose := s.Purpose()
	at := strings.TrimPrefix(strings.TrimPrefix(s.Name, purpose), " ")
	if host, task, found := strings.Cut(at, "/"); found {
		at = task + " of " + host
		if dot := strings.LastIndexByte(task, '.'); dot > 0 {
			at = task[:dot] + " of " + host // without the hash of the path that led to it
		}
	}
	switch purpose {
	case "pick":
		return fmt.Sprintf("%s: whose turn it is, the %s time", at, ordinal(n))
	case "point":
		return fmt.Sprintf("%s: lets others go first, at its %s point", at, ordinal(n))
	case "delay":
		return fmt.Sprintf("%s: how long the %s delivery takes", at, ordinal(n))
	case "random":
		return "random numbers of " + at
	case "swarm":
		return "what the swarm drew of the network, disks and clocks"
	case "policy", "strategy":
		return fmt.Sprintf("%s: the %s choice", purpose, ordinal(n))
	}
	if at == "" {
		return purpose
	}
	return purpose + " " + at
}

func ordinal(n uint64) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n, suffix)
}
