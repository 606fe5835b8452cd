// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"context"
	"errors"

	"github.com/twinwire/twinwire/api"
)

// session is a registration with the driver and the work that came of it.
type session struct {
	*executor
	id     int
	files  []inputFile // the driver's file table
	ctx    context.Context
	cancel context.CancelFunc
	queue  *api.Queue[launchTask]
	reader *splitReader // of map tasks; it keeps its words from one to the next

	lastAttempt int64 // that was taken, under executor.mu
}

func newSession(ctx context.Context, e *executor, id int, files []inputFile) *session {
	ctx, cancel := api.WithCancel(ctx, e.rt)
	return &session{
		executor: e, id: id, files: files, ctx: ctx, cancel: cancel, queue: api.NewQueue[launchTask](e.rt, 0),
		reader: newSplitReader(NewCounts()),
	}
}

// take puts a task into the queue, unless it is there already. It reports whether the session goes on.
func (s *session) take(m launchTask) bool {
	if s.ctx.Err() != nil {
		return false
	}
	s.mu.Lock()
	first := m.Attempt > s.lastAttempt
	s.lastAttempt = max(s.lastAttempt, m.Attempt)
	s.mu.Unlock()
	return !first || s.queue.Put(s.ctx, m) == nil
}

// run works until the driver gives the session up or ctx is done.
func (s *session) run() {
	g := api.NewGroup(s.rt)
	g.Go("heartbeat", func() error {
		s.beat()
		s.cancel()
		return nil
	})
	g.Go("work", func() error {
		s.work()
		return nil
	})
	g.Wait(nil) //nolint:errcheck,staticcheck // the tasks return no errors; a nil context never ends a wait
}

// beat tells the driver of this session until it no longer knows it.
func (s *session) beat() {
	for {
		h, err := ask[heard](s.ctx, s.rt, s.driver, heartbeat{Executor: s.id, Stats: s.stats()}, heartbeatTimeout)
		if err == nil && !h.Known {
			return
		}
		if api.Sleep(s.ctx, s.rt, heartbeatEvery) != nil {
			return
		}
		if err != nil {
			s.retries.add()
		}
	}
}

// work does one task after another.
func (s *session) work() {
	for {
		m, err := s.queue.Get(s.ctx)
		if err != nil {
			return
		}
		end := taskEnded{Executor: s.id, Attempt: m.Attempt}
		switch {
		case m.Map != nil:
			s.runMap(m, &end)
		case m.Reduce != nil:
			s.runReduce(m, &end)
		default:
			end.Failed = &failure{File: -1, Text: errNoWork.Error()}
		}
		if s.ctx.Err() != nil {
			return
		}
		h, err := persist[heard](s.ctx, s.rt, s.driver, end, s.retries)
		if err != nil || !h.Known {
			s.cancel()
			return
		}
	}
}

// errNoWork says that a launch asks for nothing.
var errNoWork = errors.New("a task without work")
