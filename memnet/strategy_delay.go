// SPDX-License-Identifier: Apache-2.0

package memnet

// delays is the strategy DelayBounded: first come, first served, but at drawn points the task whose turn it is goes to
// the end of the line.
type delays struct {
	fifo
	changes changePoints
}

//go:norace
func newDelays(w *World) *delays {
	return &delays{fifo: fifo{world: w}, changes: w.drawChanges("delay-bound", w.strategy.Depth)}
}

//go:norace
func (s *delays) pick() *task {
	w := s.world
	if w.ready.len() > 1 && s.changes.here() {
		t := w.ready.pop()
		w.seq++
		w.ready.push(readyTask{key: w.seq & (1<<32 - 1), t: t})
	}
	return w.ready.pop()
}

//go:norace
func (s *delays) point(t *task, _ any) {
	if t.host.ready > 0 && s.changes.here() {
		s.world.goLast(t)
	}
}
