// SPDX-License-Identifier: Apache-2.0

package memnet

import "slices"

// pct is the strategy PCT: a task keeps its priority, but at drawn points the running one falls behind all others.
type pct struct {
	world   *World
	changes changePoints
	fallen  uint64
}

//go:norace
func newPCT(w *World) *pct {
	w.watchful = true // it counts them
	return &pct{world: w, changes: w.drawChanges("pct", w.strategy.Depth-1)}
}

//go:norace
func (s *pct) priority(t *task) uint64 {
	if t.priority == 0 {
		first := stream{key: t.picks.key}
		t.priority = 1 + s.world.choose(&first, priorities)
	}
	return t.priority
}

//go:norace
func (s *pct) pick() *task { return s.world.ready.pop() }

//go:norace
func (s *pct) point(t *task, _ any) {
	w := s.world
	if s.changes.here() {
		s.fall(t)
	}
	if w.mayHold(t) {
		return
	}
	w.gather()
	if w.ready.len() > 0 && w.ready.first().key>>32 < s.priority(t) {
		w.makeReady(t)
		w.park(t, waitTurn, nil)
	}
}

//go:norace
func (s *pct) fall(t *task) {
	s.fallen++
	t.priority = priorities + s.fallen
}

// yield makes the task fall behind too, every other time: one that spins on Yield would otherwise starve the others.
//
//go:norace
func (s *pct) yield(t *task) {
	if s.world.choose(t.atPoint(), 2) == 0 {
		s.point(t, nil)
		return
	}
	s.fall(t)
	s.world.goLast(t)
}

// changePoints are the points of a run at which something is to change, as counts of points.
type changePoints struct {
	at   []uint64
	seen uint64
}

// drawChanges draws n points of a run of the strategy's length. 0 stands for never.
//
//go:norace
func (w *World) drawChanges(purpose string, n int) changePoints {
	s := w.stream(purpose, 0, "")
	var c changePoints
	for range n {
		length := w.strategy.Length
		if length == 0 {
			length = 16 << w.choose(&s, 17)
		}
		c.at = append(c.at, w.choose(&s, length+1))
	}
	return c
}

// here counts a point and reports whether it is one of them.
//
//go:norace
func (c *changePoints) here() bool {
	c.seen++
	return slices.Contains(c.at, c.seen)
}
