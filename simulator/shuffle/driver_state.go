// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"fmt"
	"time"
)

// avoidFor is how long an executor that could not be reached gets no new task.
const avoidFor = time.Second

// driverState is what the driver knows. Its methods are steps: they take the time and do nothing else.
type driverState struct {
	input         *inputWalk
	maps, reduces []*task
	executors     []*executorEntry // by id-1, the lost ones too
	boots         []bootStats
	lastAttempt   int64

	none  time.Time // since when there is no executor; zero: there is one
	lost  int
	rerun int
	err   error // why the job cannot be done
}

// bootStats is what an executor told last, by its boot: one process may register more than once.
type bootStats struct {
	boot  uint64
	stats Stats
}

func newDriverState(input *inputWalk, executors, partitions int, now time.Time) *driverState {
	s := &driverState{input: input, none: now}
	for i, splits := range planMaps(input.table, executors) {
		s.maps = append(s.maps, &task{kind: mapTask, index: i, splits: splits, state: pending})
	}
	for i := range partitions {
		s.reduces = append(s.reduces, &task{kind: reduceTask, index: i, state: pending})
	}
	return s
}

// register adds an executor, or finds the registration that is asked for again. What its host was before is lost.
func (s *driverState) register(m registerExecutor, now time.Time) *executorEntry {
	for _, e := range s.executors {
		switch {
		case e.lost || e.host != m.Host:
		case e.boot == m.Boot && e.session == m.Session:
			e.lastSeen = now
			return e
		default:
			s.lose(e, now)
		}
	}
	e := &executorEntry{
		id: len(s.executors) + 1, host: m.Host, boot: m.Boot, session: m.Session, ref: m.Executor, blocks: m.Blocks,
		lastSeen: now,
	}
	s.executors = append(s.executors, e)
	s.none = time.Time{}
	return e
}

// known returns a registration that is not lost, or nil.
func (s *driverState) known(id int) *executorEntry {
	if id < 1 || id > len(s.executors) || s.executors[id-1].lost {
		return nil
	}
	return s.executors[id-1]
}

// heard notes a sign of life.
func (s *driverState) heard(m heartbeat, now time.Time) heard {
	e := s.known(m.Executor)
	if e == nil {
		return heard{}
	}
	e.lastSeen, e.ready = now, true
	s.tell(e, m.Stats)
	return heard{Known: true}
}

func (s *driverState) tell(e *executorEntry, stats Stats) {
	for i := range s.boots {
		if s.boots[i].boot == e.boot {
			s.boots[i].stats = stats
			return
		}
	}
	s.boots = append(s.boots, bootStats{boot: e.boot, stats: stats})
}

// live returns the executors that are not lost.
func (s *driverState) live() []*executorEntry {
	var live []*executorEntry
	for _, e := range s.executors {
		if !e.lost {
			live = append(live, e)
		}
	}
	return live
}

// lose gives an executor up: what it was doing and the map outputs it holds have to be done again.
func (s *driverState) lose(e *executorEntry, now time.Time) {
	if e.lost {
		return
	}
	e.lost = true
	s.lost++
	if e.running != nil {
		e.running.trouble = fmt.Errorf("%s was lost", e.host)
		e.running.again()
		e.running = nil
	}
	for _, t := range s.maps {
		if t.state == done && t.on == e {
			t.again()
		}
	}
	if len(s.live()) == 0 {
		s.none = now
	}
}

// expire gives up the executors that were silent for too long, and the job when there was none for long.
func (s *driverState) expire(now time.Time) {
	for _, e := range s.executors {
		if !e.lost && now.Sub(e.lastSeen) >= lostAfter {
			s.lose(e, now)
		}
	}
	if !s.none.IsZero() && now.Sub(s.none) >= noneAfter {
		s.fail(fmt.Errorf("%w: %d lost, and none has registered for %v", ErrNoExecutors, s.lost, noneAfter))
	}
}

// fail ends the job. The first reason counts.
func (s *driverState) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// finished says whether every result is there.
func (s *driverState) finished() bool {
	for _, t := range s.reduces {
		if t.state != done {
			return false
		}
	}
	return true
}

// results returns the results of the reduce tasks.
func (s *driverState) results() [][]byte {
	blocks := make([][]byte, len(s.reduces))
	for i, t := range s.reduces {
		blocks[i] = t.result
	}
	return blocks
}

func (s *driverState) progress() Progress {
	p := Progress{Executors: len(s.live()), Maps: len(s.maps), Reduces: len(s.reduces)}
	for _, t := range s.maps {
		if t.state == done {
			p.MapsDone++
		}
	}
	for _, t := range s.reduces {
		if t.state == done {
			p.ReducesDone++
		}
	}
	return p
}
