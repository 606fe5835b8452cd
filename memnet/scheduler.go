// SPDX-License-Identifier: Apache-2.0

package memnet

// A scheduler is a strategy at work.
type scheduler interface {
	// priority of a task that is ready beside others: the lowest runs first, and on a tie who came first. Less than 1<<31.
	priority(t *task) uint64
	// point is a place where the running task may be made to wait. It is about to do something with on, or with nothing.
	point(t *task, on any)
	// yield is a point where others should go first.
	yield(t *task)
	// pick takes a task of several that are ready.
	pick() *task
}

//go:norace
func (w *World) newScheduler() scheduler {
	switch w.strategy.Kind {
	case Fifo:
		return &fifo{world: w}
	case PCT:
		return newPCT(w)
	case POS:
		return &pos{world: w}
	case DelayBounded:
		return newDelays(w)
	case DFS:
		return newDFS(w)
	}
	return &byHash{world: w}
}

// priorities is what the priority of a task is drawn from.
const priorities = 1 << 16

// byHash draws a priority for every wake from the task's own stream. Only tasks of its own host count as others, so that
// hosts do not disturb each other's schedules.
type byHash struct{ world *World }

//go:norace
func (s *byHash) priority(t *task) uint64 { return s.world.drawPriority(t) }

//go:norace
func (s *byHash) pick() *task { return s.world.ready.pop() }

//go:norace
//go:nosplit
func (s *byHash) point(t *task, on any) {
	w := s.world
	if t.passed >= t.look && t.passed >= t.due && w.mayHold(t) || t.host.ready == 0 {
		return
	}
	here := t.atPoint()
	here.n++
	var v uint64
	if w.player == nil {
		v = seeded(w.seed, here, pointBound)
	} else {
		v = w.player.value(here, pointBound)
	}
	if v < w.policy.yieldsFrom(on) {
		return
	}
	w.record(here, pointBound, v)
	// A picked task won against the others, so a new draw alone would mostly pick it again.
	w.makeReadyAfter(t, (v&1^1)<<63)
	w.park(t, waitTurn, nil)
}

//go:norace
func (s *byHash) yield(t *task) {
	w := s.world
	if t.host.ready == 0 {
		s.point(t, nil)
		return
	}
	after := uint64(0)
	if w.choose(t.atPoint(), 4) < 3 {
		after = afterAll
	}
	w.makeReadyAfter(t, after)
	w.park(t, waitTurn, nil)
}

// drawPriority draws a priority from the task's own stream, which has one for each time it becomes ready.
//
//go:norace
func (w *World) drawPriority(t *task) uint64 {
	if w.seedOnly {
		return seeded(w.seed, &t.picks, priorities)
	}
	v := w.drawn(&t.picks, priorities)
	w.record(&t.picks, priorities, v)
	return v
}

// fifo runs tasks in the order they became ready.
type fifo struct{ world *World }

//go:norace
func (s *fifo) priority(*task) uint64 { return 0 }

//go:norace
func (s *fifo) pick() *task { return s.world.ready.pop() }

//go:norace
func (s *fifo) point(*task, any) {}

//go:norace
func (s *fifo) yield(t *task) { s.world.goLast(t) }

// goLast lets every ready task of the host go first.
//
//go:norace
func (w *World) goLast(t *task) {
	if t.host.ready > 0 {
		w.makeReadyAfter(t, afterAll)
		w.park(t, waitTurn, nil)
	}
}
