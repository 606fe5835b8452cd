// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"maps"
	"slices"

	"github.com/twinwire/twinwire/memnet"
)

// Sometimes notes that a condition is looked at, and whether it holds. A sweep lists those that never held: what they
// stand for was not tested. Over TCP it does nothing.
func Sometimes(n Node, name string, holds bool) {
	if sim, ok := n.(*memNode); ok {
		sim.stage.mark(sim.host, name, holds)
	}
}

// Reachable notes that the code came here. A sweep lists the marks of Scenario.Marks that it never saw.
func Reachable(n Node, name string) { Sometimes(n, name, true) }

// Buggify reports whether the code should do something rare but allowed here: return early, give up, take the slow way.
// In a quarter of the runs a place is awake on a host, and then it says yes one time in four. When a failure is shrunk
// it says no wherever that will do. Over TCP it always says no.
func Buggify(n Node, name string) bool {
	sim, ok := n.(*memNode)
	if !ok {
		return false
	}
	yes := sim.awake(name) && sim.host.Choose("buggify", name, 4) == 1
	sim.stage.mark(sim.host, "buggify "+name, yes)
	return yes
}

// awake draws, the first time, whether a place of [Buggify] is awake on the host.
func (n *memNode) awake(name string) bool {
	s, place := n.stage, n.host.Name()+":"+name
	s.mu.Lock()
	defer s.mu.Unlock()
	awake, known := s.awake[place]
	if !known {
		awake = n.host.Choose("awake", name, 4) == 1
		s.awake[place] = awake
	}
	return awake
}

func (s *stage) mark(host *memnet.Host, name string, holds bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.marks[name]
	if holds {
		n++
		host.Remark(name)
	}
	s.marks[name] = n
}

// never returns the marks that were not hit, sorted.
func never(marks map[string]uint64) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(marks)), func(name string) bool { return marks[name] > 0 })
}
