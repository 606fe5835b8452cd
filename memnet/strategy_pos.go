// SPDX-License-Identifier: Apache-2.0

package memnet

// pos is the strategy POS: every operation has a priority of its own, and loses it when it was overtaken by one on the
// same thing.
type pos struct{ world *World }

//go:norace
func (s *pos) priority(t *task) uint64 { return s.world.drawPriority(t) }

//go:norace
func (s *pos) pick() *task { return s.world.ready.pop() }

//go:norace
func (s *pos) point(t *task, on any) {
	w := s.world
	if w.mayHold(t) || t.host.ready == 0 {
		return
	}
	t.intends = on
	w.makeReady(t)
	w.park(t, waitTurn, nil)
	t.intends = nil
	if on != nil {
		s.overtake(t.host, on)
	}
}

// overtake draws new priorities for the ready tasks of the host that are about to use the same thing.
//
//go:norace
func (s *pos) overtake(h *Host, on any) {
	w := s.world
	for _, e := range w.ready.takeAll() {
		if e.t.host == h && e.t.intends == on && e.t.ranked {
			e.t.picks.n++
			e.key = e.key&(1<<32-1) | w.drawPriority(e.t)<<32
		}
		w.ready.push(e)
	}
}

//go:norace
func (s *pos) yield(t *task) { s.world.goLast(t) }
