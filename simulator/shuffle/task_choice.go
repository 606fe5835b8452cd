// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"fmt"
	"time"
)

// next gives a task that is to be done to an executor that has none, or returns nil.
func (s *driverState) next(now time.Time) (*executorEntry, *task) {
	t := s.toDo()
	if t == nil || s.err != nil {
		return nil, nil
	}
	var on *executorEntry
	for _, e := range s.executors {
		if e.idle(now) && (on == nil || e.given < on.given) {
			on = e
		}
	}
	if on == nil {
		return nil, nil
	}
	if t.attempts++; t.attempts > maxAttempts {
		s.fail(fmt.Errorf("%w: %s: %d attempts, and each was lost, the last one: %w", ErrTaskFailed, t.name(), maxAttempts, t.trouble))
		return nil, nil
	}
	if t.attempts > 1 {
		s.rerun++
	}
	s.lastAttempt++
	t.state, t.attempt, t.on = running, s.lastAttempt, on
	on.running = t
	on.given++
	return on, t
}

// toDo returns a task that can be given out. Map outputs are needed as long as a reduce task may ask for them, and
// reduce tasks wait for all of them.
func (s *driverState) toDo() *task {
	var reduce *task
	needed := false
	for _, t := range s.reduces {
		needed = needed || t.state == pending || t.state == running
		if t.state == pending && reduce == nil {
			reduce = t
		}
	}
	if !needed {
		return nil
	}
	all := true
	for _, t := range s.maps {
		if t.state == pending {
			return t
		}
		all = all && t.state == done
	}
	if all {
		return reduce
	}
	return nil
}

// ended notes how an attempt ended. It returns the task when a reduce task's result is to be collected.
func (s *driverState) ended(m taskEnded, now time.Time) (heard, *task) {
	e := s.known(m.Executor)
	if e == nil {
		return heard{}, nil
	}
	e.lastSeen = now
	t := e.running
	if t == nil || t.attempt != m.Attempt {
		return heard{Known: true}, nil
	}
	e.running = nil
	e.unreachable = time.Time{}
	switch {
	case m.Failed != nil:
		s.blame(t, s.cause(m.Failed))
	case len(m.Missing) > 0:
		s.missing(m.Missing, now)
		t.trouble = fmt.Errorf("%w: %d blocks of map tasks, asked for by %s", errMissing, len(m.Missing), e.host)
		t.again()
	case len(m.Sizes) != s.blocksOf(t):
		s.blame(t, fmt.Errorf("%w: %d blocks, want %d", errBadBlock, len(m.Sizes), s.blocksOf(t)))
	case t.kind == mapTask:
		t.state, t.sizes = done, m.Sizes
	case m.Sizes[0] == 0:
		t.state, t.result = done, []byte{}
	default:
		t.state = collecting
		return heard{Known: true}, t
	}
	return heard{Known: true}, nil
}

// blocksOf is how many blocks a task makes.
func (s *driverState) blocksOf(t *task) int {
	if t.kind == mapTask {
		return len(s.reduces)
	}
	return 1
}

// blame counts a failure of a task's own.
func (s *driverState) blame(t *task, cause error) {
	host := t.on.host
	t.again()
	if t.failures++; t.failures >= maxFailures {
		s.fail(fmt.Errorf("%w: %s: %d times, the last time on %s: %w", ErrTaskFailed, t.name(), t.failures, host, cause))
	}
}

// cause makes an error of what an executor told.
func (s *driverState) cause(f *failure) error {
	cause := errors.New(f.Text)
	if f.File < 0 || f.File >= len(s.input.table) {
		return cause
	}
	return &InputError{Name: shownName(s.input.table[f.File].Name, s.input.inputs), Cause: cause}
}

// errMissing says that blocks did not come.
var errMissing = errors.New("blocks are missing")

// missing notes that outputs of map attempts did not come: they are computed again.
func (s *driverState) missing(attempts []int64, now time.Time) {
	gone := make(map[int64]bool, len(attempts))
	for _, a := range attempts {
		gone[a] = true
	}
	for _, t := range s.maps {
		if t.state == done && gone[t.attempt] {
			t.on.avoid = now.Add(avoidFor)
			t.again()
		}
	}
}

// launched notes that an executor answered the launch of a task. One that does not know its registration is lost.
func (s *driverState) launched(e *executorEntry, r heard, now time.Time) {
	e.unreachable = time.Time{}
	if !r.Known {
		s.lose(e, now)
	}
}

// returned takes a task back that did not arrive at its executor. An executor that could not be reached for long is
// given up, whatever its heartbeats say.
func (s *driverState) returned(e *executorEntry, t *task, attempt int64, cause error, now time.Time) {
	if e.lost || e.running != t || t.attempt != attempt {
		return
	}
	e.running = nil
	e.avoid = now.Add(avoidFor)
	t.trouble = fmt.Errorf("launch on %s: %w", e.host, cause)
	t.again()
	switch {
	case e.unreachable.IsZero():
		e.unreachable = now
	case now.Sub(e.unreachable) >= unreachableAfter:
		s.lose(e, now)
	}
}

// collected notes a reduce task's result, or why it did not come.
func (s *driverState) collected(t *task, attempt int64, result []byte, err error) {
	switch {
	case t.state != collecting || t.attempt != attempt:
	case err != nil:
		t.trouble = err
		t.again()
	default:
		t.state, t.result = done, result
	}
}

// work returns the message that gives a task to its executor.
func (s *driverState) work(t *task) launchTask {
	m := launchTask{Executor: t.on.id, Attempt: t.attempt}
	if t.kind == mapTask {
		m.Map = &mapWork{Splits: t.splits, Partitions: len(s.reduces)}
	} else {
		m.Reduce = &reduceWork{Reducer: t.index, Sources: s.sources(t.index)}
	}
	return m
}

// sources says which executors have blocks for a reducer, empty blocks left out.
func (s *driverState) sources(reducer int) []source {
	at := make(map[*executorEntry]int)
	var sources []source
	for _, t := range s.maps {
		size := t.sizes[reducer]
		if size == 0 {
			continue
		}
		i, found := at[t.on]
		if !found {
			i = len(sources)
			at[t.on] = i
			sources = append(sources, source{Host: t.on.host, Blocks: t.on.blocks})
		}
		sources[i].Maps = append(sources[i].Maps, t.attempt)
		sources[i].Sizes = append(sources[i].Sizes, size)
	}
	return sources
}
