// SPDX-License-Identifier: Apache-2.0

package simulator

import "iter"

// Ops yields 0 to count-1: the operations of a client, which a failure may not need all of. When a failure is shrunk,
// those it does not need are left out; the report counts them from 1.
//
//	for i := range simulator.Ops(n, 50) {
//		...
//	}
//
// Over TCP it yields all.
func Ops(n Node, count int) iter.Seq[int] {
	sim, simulated := n.(*memNode)
	return func(yield func(int) bool) {
		for i := range count {
			if (!simulated || sim.offer()) && !yield(i) {
				return
			}
		}
	}
}

// offer says whether the next operation is done.
func (n *memNode) offer() bool {
	s := n.stage
	s.mu.Lock()
	defer s.mu.Unlock()
	n.offered++
	if s.cuts.skips(n.host.Name(), n.offered) {
		return false
	}
	s.done++
	s.most[n.host.Name()] = max(s.most[n.host.Name()], n.offered)
	return true
}
