// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

// A coverage is what a run reached, as features: which happening followed which on a host of a role, which marks were
// hit, how often, and in which order, and which fault struck while which message was under way.
type coverage struct {
	features map[feature]uint64     // at which step each was reached first
	messages map[string]FaultCounts // by kind of message: how often a fault struck it

	last, lastMark map[string]uint64 // by host
	marks          map[uint64]uint64 // how often
	order          []uint64          // of their first times
	set            uint64            // of them, summed up
	underWay       map[message]*flight
	names          map[string]string // of messages, short
}

// A feature is one thing that a run can reach.
type feature struct {
	class featureClass
	id    uint64
}

// featureClass says how much a feature is worth to a search.
type featureClass uint8

const (
	featureState  featureClass = iota // marks: what the code says of its own state
	featureFault                      // a fault on a message
	featureFollow                     // one happening after another
	featureClasses
)

type message struct{ way, number uint64 }

type flight struct{ kind, from, to string }

func newCoverage() *coverage {
	return &coverage{
		features: map[feature]uint64{}, messages: map[string]FaultCounts{}, last: map[string]uint64{}, lastMark: map[string]uint64{},
		marks: map[uint64]uint64{}, underWay: map[message]*flight{}, names: map[string]string{},
	}
}

// see takes in what happens in the run.
func (c *coverage) see(s memnet.Sighting) {
	if s.Kind == "send" || s.Kind == "arrive" || s.Kind == "miss" {
		s.What = c.short(s.What)
	}
	switch s.Kind {
	case "send":
		c.underWay[message{s.Way, s.Number}] = &flight{kind: s.What, from: s.Host, to: s.Peer}
		if c.messages[s.What] == nil {
			c.messages[s.What] = FaultCounts{}
		}
	case "arrive", "miss":
		delete(c.underWay, message{s.Way, s.Number})
	case "fault":
		c.fault(s)
	case "mark":
		c.mark(s)
	}
	this := token(s.Kind, s.What)
	role := token(role(s.Host), "")
	c.reach(featureFollow, pair(role, pair(c.last[s.Host], this)), s.Step)
	c.last[s.Host] = this
}

func (c *coverage) reach(class featureClass, id uint64, step uint64) {
	f := feature{class, id}
	if _, known := c.features[f]; !known {
		c.features[f] = step
	}
}

// fault notes which messages a fault struck: the one on its connection, or all that were under way from or to its host.
func (c *coverage) fault(s memnet.Sighting) {
	kind := FaultKind(s.What)
	ends := slices.Contains([]FaultKind{fault.Reset, fault.HalfOpen, fault.Restart}, kind) // a crash leaves connections half open first
	if !strikesMessages(kind) && !ends {
		return
	}
	struck := map[string]bool{}
	for at, m := range c.underWay {
		switch {
		case s.Way != 0 && s.Way != at.way, s.Way == 0 && s.Host != "" && s.Host != m.from && s.Host != m.to:
			continue
		case strikesMessages(kind) && !struck[m.kind] && (s.Way == 0 || s.Number == at.number):
			struck[m.kind] = true
			c.strike(m.kind, s)
		}
		if ends {
			delete(c.underWay, at)
		}
	}
}

func (c *coverage) strike(kind string, s memnet.Sighting) {
	c.messages[kind][FaultKind(s.What)]++
	c.reach(featureFault, token(s.What, kind), s.Step)
}

// mark notes a mark: with how many powers of two it was hit, after which of its host's, and, when it comes up first, after
// which others of the run, and together with all of them.
func (c *coverage) mark(s memnet.Sighting) {
	this := token(role(s.Host), s.What)
	c.marks[this]++
	n := c.marks[this]
	if n&(n-1) == 0 {
		c.reach(featureState, pair(this, uint64(bits.Len64(n))), s.Step)
	}
	c.reach(featureState, pair(c.lastMark[s.Host], pair(this, 1<<32)), s.Step)
	c.lastMark[s.Host] = this
	if n == 1 {
		for _, before := range c.order {
			c.reach(featureState, pair(before, pair(this, 2<<32)), s.Step)
		}
		c.order = append(c.order, this)
		c.set += pair(this, 3<<32)
		c.reach(featureState, c.set, s.Step)
	}
}

// short returns the name of a kind of message without the package of its type, as plans have it.
func (c *coverage) short(kind string) string {
	name, known := c.names[kind]
	if !known {
		name = shortKind(kind)
		c.names[kind] = name
	}
	return name
}

func shortKind(kind string) string {
	family, full, _ := strings.Cut(kind, ":")
	return family + ":" + full[strings.LastIndexAny(full, "./")+1:]
}

// token makes a number of two words. Digits do not count, so that the log lines of two calls are the same.
func token(a, b string) uint64 {
	return word(word(14695981039346656037, a), b)
}

func word(h uint64, text string) uint64 {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			h = (h ^ uint64(text[i])) * 1099511628211
		}
	}
	return (h ^ 0xff) * 1099511628211
}

func pair(a, b uint64) uint64 {
	return bits.RotateLeft64(a*0x9e3779b97f4a7c15, 31) ^ b*0xbf58476d1ce4e5b9
}
