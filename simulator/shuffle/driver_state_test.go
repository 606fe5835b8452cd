// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/api"
)

// stateTest is a job of two map and two reduce tasks for two executors, and a clock.
type stateTest struct {
	*testing.T
	*driverState
	now time.Time
}

func newStateTest(t *testing.T) *stateTest {
	now := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	input := &inputWalk{table: []inputFile{{Name: "input/0/a", Size: minTaskSize * 2}}, inputs: []Input{{Path: "input/0", Shown: "texts"}}}
	st := &stateTest{T: t, now: now, driverState: newDriverState(input, 2, 2, now)}
	if len(st.maps) != 2 {
		t.Fatalf("%d map tasks", len(st.maps))
	}
	return st
}

// join registers an executor and lets it beat once.
func (s *stateTest) join(host string, boot uint64) *executorEntry {
	e := s.register(registerExecutor{Host: host, Boot: boot, Session: 1, Blocks: api.NewRpcAddress(host, 7)}, s.now)
	if !s.beat(e) {
		s.Fatalf("%s is not known", host)
	}
	return e
}

func (s *stateTest) beat(e *executorEntry) bool {
	return s.heard(heartbeat{Executor: e.id}, s.now).Known
}

func (s *stateTest) pass(d time.Duration) { s.now = s.now.Add(d) }

// give gives out a task, which must be the one named, to the executor.
func (s *stateTest) give(name string, to *executorEntry) *task {
	s.Helper()
	e, t := s.next(s.now)
	if t == nil || t.name() != name || e != to {
		s.Fatalf("gave out %v to %v, want %s to %s", t, e, name, to.host)
	}
	return t
}

func (s *stateTest) giveNone() {
	s.Helper()
	if e, t := s.next(s.now); t != nil {
		s.Fatalf("gave out %s to %s", t.name(), e.host)
	}
}

// finish ends a task's attempt well.
func (s *stateTest) finish(t *task) {
	s.Helper()
	m := taskEnded{Executor: t.on.id, Attempt: t.attempt, Sizes: []int64{3, 4}[:s.blocksOf(t)]}
	if r, _ := s.ended(m, s.now); !r.Known {
		s.Fatalf("%s on %s is not known", t.name(), t.on.host)
	}
}

// mapped is a job whose map tasks are done, one on each of two executors.
func mapped(t *testing.T) (s *stateTest, a, b *executorEntry) {
	s = newStateTest(t)
	a, b = s.join("a", 1), s.join("b", 2)
	m0, m1 := s.give("map 0", a), s.give("map 1", b)
	s.giveNone()
	s.finish(m0)
	s.giveNone()
	s.finish(m1)
	return s, a, b
}

func TestReduceTasksWaitForAllMapOutputs(t *testing.T) {
	s, a, b := mapped(t)
	r0 := s.give("reduce 0", a)
	want := []source{
		{Host: "a", Blocks: a.blocks, Maps: []int64{1}, Sizes: []int64{3}},
		{Host: "b", Blocks: b.blocks, Maps: []int64{2}, Sizes: []int64{3}},
	}
	if d := cmp.Diff(want, s.work(r0).Reduce.Sources); d != "" {
		t.Error(d)
	}
	r1 := s.give("reduce 1", b)
	s.finish(r0)
	s.finish(r1)
	s.collected(r0, r0.attempt, []byte("x"), nil)
	if s.finished() {
		t.Error("finished without the second result")
	}
	s.collected(r1, r1.attempt, []byte("y"), nil)
	if !s.finished() || s.lost != 0 || s.rerun != 0 {
		t.Errorf("finished %v, lost %d, rerun %d", s.finished(), s.lost, s.rerun)
	}
}

func TestMapOutputsOfALostExecutorAreMadeAgain(t *testing.T) {
	s, a, b := mapped(t)
	s.give("reduce 0", a)
	r1 := s.give("reduce 1", b)
	s.pass(lostAfter)
	s.beat(b)
	s.expire(s.now)
	if s.beat(a) || s.lost != 1 {
		t.Fatalf("a is known still; lost %d", s.lost)
	}
	s.finish(r1)
	m0 := s.give("map 0", b)
	s.finish(m0)
	s.give("reduce 0", b)
	if s.rerun != 2 {
		t.Errorf("rerun %d, want 2", s.rerun)
	}
}

func TestMapOutputsThatNobodyNeedsAreNotMadeAgain(t *testing.T) {
	s, a, b := mapped(t)
	r0, r1 := s.give("reduce 0", a), s.give("reduce 1", b)
	s.finish(r0)
	s.finish(r1)
	s.lose(a, s.now)
	s.giveNone()
	s.collected(r0, r0.attempt, nil, errMissing)
	s.give("map 0", b)
}

func TestMissingBlocksAreMadeAgain(t *testing.T) {
	s, a, b := mapped(t)
	r0 := s.give("reduce 0", a)
	s.ended(taskEnded{Executor: a.id, Attempt: r0.attempt, Missing: []int64{2}}, s.now)
	m1 := s.give("map 1", a)
	s.giveNone()
	s.finish(m1)
	s.give("reduce 0", a)
	s.giveNone()
	s.pass(avoidFor)
	s.give("reduce 1", b)
}

func TestRegistrations(t *testing.T) {
	s := newStateTest(t)
	a := s.join("a", 1)
	if s.join("a", 1) != a || s.lost != 0 {
		t.Fatal("asking again makes a second registration")
	}
	given := s.register(registerExecutor{Host: "a", Boot: 1, Session: 2}, s.now)
	if given == a || s.lost != 1 {
		t.Fatalf("a registered anew: lost %d", s.lost)
	}
	s.lost = 0
	a = given
	s.beat(a)
	m0 := s.give("map 0", a)
	again := s.join("a", 2)
	if again == a || s.lost != 1 || s.beat(a) {
		t.Fatalf("a restarted: lost %d", s.lost)
	}
	if r, _ := s.ended(taskEnded{Executor: a.id, Attempt: m0.attempt, Sizes: []int64{1, 1}}, s.now); r.Known || m0.state != pending {
		t.Error("a lost registration's result counts")
	}
	s.give("map 0", again)
	fresh := s.register(registerExecutor{Host: "b", Boot: 5}, s.now)
	s.giveNone() // b has not told that it is ready
	s.beat(fresh)
	s.give("map 1", fresh)
}

func TestOldAttemptsChangeNothing(t *testing.T) {
	s := newStateTest(t)
	a := s.join("a", 1)
	m0 := s.give("map 0", a)
	old := m0.attempt
	s.returned(a, m0, old, errMissing, s.now)
	s.giveNone()
	s.pass(avoidFor)
	s.give("map 0", a)
	if r, _ := s.ended(taskEnded{Executor: a.id, Attempt: old, Sizes: []int64{1, 1}}, s.now); !r.Known || m0.state != running {
		t.Errorf("known %v, state %d", r.Known, m0.state)
	}
	s.returned(a, m0, old, errMissing, s.now)
	if m0.state != running {
		t.Error("an old launch took a task back")
	}
}

func TestTaskThatFailsOften(t *testing.T) {
	s := newStateTest(t)
	a := s.join("a", 1)
	for range maxFailures {
		m0 := s.give("map 0", a)
		s.ended(taskEnded{Executor: a.id, Attempt: m0.attempt, Failed: &failure{File: 0, Text: "the disk is on fire"}}, s.now)
	}
	s.giveNone()
	const want = "task failed: map 0: 4 times, the last time on a: read texts/a: the disk is on fire"
	if s.err == nil || s.err.Error() != want || !IsClean(s.err) {
		t.Errorf("got %v, want %s", s.err, want)
	}
}

func TestNoExecutors(t *testing.T) {
	s := newStateTest(t)
	s.pass(noneAfter - 1)
	s.expire(s.now)
	a := s.join("a", 1)
	s.pass(lostAfter)
	s.expire(s.now)
	if s.err != nil || s.beat(a) {
		t.Fatalf("err %v", s.err)
	}
	s.pass(noneAfter)
	s.expire(s.now)
	if !errors.Is(s.err, ErrNoExecutors) {
		t.Errorf("got %v", s.err)
	}
}

func TestUnreachableExecutorIsLost(t *testing.T) {
	s := newStateTest(t)
	a := s.join("a", 1)
	for i := 0; !a.lost; i++ {
		if i > 100 {
			t.Fatal("never lost")
		}
		m0 := s.give("map 0", a)
		s.returned(a, m0, m0.attempt, errMissing, s.now)
		s.pass(avoidFor)
		s.beat(a)
	}
	a = s.join("a", 1)
	for range 5 {
		m0 := s.give("map 0", a)
		s.launched(a, heard{Known: true}, s.now)
		s.returned(a, m0, m0.attempt, errMissing, s.now)
		s.pass(unreachableAfter)
		s.beat(a)
	}
	if a.lost {
		t.Error("lost, although launches arrived in between")
	}
}

func TestAttemptsEnd(t *testing.T) {
	s := newStateTest(t)
	for boot := uint64(1); s.err == nil; boot++ {
		if boot > maxAttempts+1 {
			t.Fatal("no end")
		}
		s.join("a", boot)
		s.next(s.now)
	}
	if !errors.Is(s.err, ErrTaskFailed) {
		t.Errorf("got %v", s.err)
	}
}
