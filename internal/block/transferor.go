// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"
	"errors"

	"github.com/twinwire/twinwire/api"
)

// transferor sees to it that each block of a fetch ends exactly once, as Spark's RetryingBlockTransferor. An I/O error
// ends the running attempt for all blocks; after a wait another attempt asks for those still missing, while the budget
// lasts. What an abandoned attempt still brings is ignored.
type transferor struct {
	service  *Service
	ctx      context.Context // ends with the fetch
	cancel   context.CancelFunc
	address  string
	execID   string
	ids      []string
	listener api.BlockFetchingListener

	mu      api.Mutex
	missing map[int]bool // positions in ids without an outcome
	attempt int          // the running one; callbacks of others do not count
	retries int

	events     []outcome // for the listener, in order
	delivering bool      // a task is handing them over
}

// outcome is what the listener will hear of a block.
type outcome struct {
	id   string
	data api.ManagedBuffer // retained
	err  error
}

// attemptSink is one attempt's way back.
type attemptSink struct {
	t         *transferor
	attempt   int
	positions []int // in the fetch, of the attempt's blocks
}

func (a *attemptSink) success(i int, data api.ManagedBuffer) {
	a.t.succeeded(a.attempt, a.positions[i], data)
}
func (a *attemptSink) failure(i int, cause error) { a.t.failed(a.attempt, a.positions[i], cause) }

// start begins an attempt with everything that is missing.
func (t *transferor) start() {
	t.mu.Lock()
	sink := &attemptSink{t: t, attempt: t.attempt}
	var ids []string
	for i, id := range t.ids {
		if t.missing[i] {
			sink.positions = append(sink.positions, i)
			ids = append(ids, id)
		}
	}
	t.mu.Unlock()
	if len(ids) == 0 {
		return
	}
	f := &fetcher{service: t.service, ctx: t.ctx, ids: ids, sink: sink}
	f.start(t.address, t.execID)
}

func (t *transferor) succeeded(attempt, position int, data api.ManagedBuffer) {
	t.mu.Lock()
	if attempt != t.attempt || !t.missing[position] {
		t.mu.Unlock()
		return
	}
	data.Retain()
	t.endLocked(position, outcome{id: t.ids[position], data: data})
	t.mu.Unlock()
	t.deliver()
}

func (t *transferor) failed(attempt, position int, cause error) {
	t.mu.Lock()
	if attempt != t.attempt || !t.missing[position] {
		t.mu.Unlock()
		return
	}
	if t.retries < t.service.cfg.MaxRetries && t.ctx.Err() == nil && retriable(cause) {
		t.retries++
		t.attempt++
		retry := t.retries
		t.mu.Unlock()
		t.service.stats.retries.Add(1)
		t.fetchRetried(retry, cause)
		t.service.rt.AfterFunc(t.service.cfg.RetryWait, t.start)
		return
	}
	t.endLocked(position, outcome{id: t.ids[position], err: cause})
	t.mu.Unlock()
	t.deliver()
}

// retriable is what Spark retries: I/O errors of this side. What the other side answered is not one.
func retriable(cause error) bool { return errors.Is(cause, api.ErrConnectionClosed) }

// abort ends every block that is missing.
func (t *transferor) abort(cause error) {
	t.mu.Lock()
	t.attempt++
	for i, id := range t.ids {
		if t.missing[i] {
			t.endLocked(i, outcome{id: id, err: cause})
		}
	}
	t.mu.Unlock()
	t.deliver()
}

func (t *transferor) endLocked(position int, o outcome) {
	delete(t.missing, position)
	t.events = append(t.events, o)
}

// deliver hands outcomes to the listener, one at a time and outside the lock, unless another task is doing so.
func (t *transferor) deliver() {
	for {
		t.mu.Lock()
		if t.delivering || len(t.events) == 0 {
			t.mu.Unlock()
			return
		}
		t.delivering = true
		o := t.events[0]
		t.events = t.events[1:]
		t.mu.Unlock()
		if o.err != nil {
			t.listener.OnBlockFetchFailure(o.id, o.err)
		} else {
			t.listener.OnBlockFetchSuccess(o.id, o.data)
			o.data.Release()
		}
		t.mu.Lock()
		t.delivering = false
		last := len(t.missing) == 0 && len(t.events) == 0
		t.mu.Unlock()
		if last {
			t.service.ended(t)
			t.cancel()
		}
	}
}
