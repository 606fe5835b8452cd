// SPDX-License-Identifier: Apache-2.0

package memnet

// dfsPurpose names the stream of the choices that a depth-first search goes through.
const dfsPurpose = "dfs"

// dfs is the strategy DFS: every pick, and whether a point preempts, is a choice of one stream, which is recorded even
// when it is calm.
type dfs struct {
	fifo
	choices     stream
	preemptions int
}

//go:norace
func newDFS(w *World) *dfs {
	return &dfs{fifo: fifo{world: w}, choices: w.stream(dfsPurpose, 0, "")}
}

// choose takes the first alternative, unless a tape says otherwise. The seed has no say in it.
//
//go:norace
func (s *dfs) choose(bound uint64) uint64 {
	w := s.world
	s.choices.n++
	v := uint64(0)
	if w.player != nil {
		v = w.player.listed(&s.choices, bound)
	}
	w.record(&s.choices, bound, v)
	return v
}

//go:norace
func (s *dfs) pick() *task {
	w := s.world
	n := uint64(w.ready.len())
	if n == 1 {
		return w.ready.pop()
	}
	k := s.choose(n)
	before := make([]readyTask, 0, k)
	for range k {
		before = append(before, *w.ready.first())
		w.ready.pop()
	}
	t := w.ready.pop()
	for _, e := range before {
		w.ready.push(e)
	}
	return t
}

//go:norace
func (s *dfs) point(t *task, _ any) {
	if t.host.ready > 0 && s.preemptions < s.world.strategy.Depth && s.choose(2) == 1 {
		s.preemptions++
		s.world.goLast(t)
	}
}
