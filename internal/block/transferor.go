// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/api"
)

// transferor sees to it that each block of a fetch or push ends exactly once, as Spark's RetryingBlockTransferor. An I/O
// error ends the running attempt for all blocks; after a wait another attempt asks for those still missing, while the
// budget lasts. What an abandoned attempt still brings is ignored.
type transferor struct {
	rt     api.Runtime
	ctx    context.Context // ends with the transfer
	cancel context.CancelFunc
	ids    []string
	retry  retryPolicy
	begin  func(ids []string, positions []int, to sink) // starts an attempt at the blocks of these positions
	hear   hearer

	mu      api.Mutex
	ended   []bool // by position in ids
	left    int    // blocks that have not ended
	attempt int    // the running one; callbacks of others do not count
	retries int
	begins  int  // calls of begin that have not returned
	over    bool // transferEnded was called

	events     []outcome // for the hearer, in order
	delivering bool      // a task is handing them over
}

// retryPolicy says which failures are worth another attempt.
type retryPolicy struct {
	most  int // attempts after the first
	wait  time.Duration
	worth func(cause error) bool
}

// hearer is told of a transfer, one call at a time.
type hearer interface {
	// blockEnded hands over how a block ended; the data is released after the call.
	blockEnded(o outcome)
	// retried tells that another attempt will be made.
	retried(retry int, cause error)
	// transferEnded tells that every block has ended, and that no attempt is being begun.
	transferEnded()
}

// outcome is how a block ended.
type outcome struct {
	id   string
	data api.ManagedBuffer // retained; nil when there is none
	err  error
}

// sink hears how each block of an attempt ended, by its place in the attempt. What comes of a block that has ended, or of
// an abandoned attempt, is ignored.
type sink interface {
	success(place int, data api.ManagedBuffer) // borrowed for the call; nil when there is none
	failure(place int, cause error)
	// wants reports whether the block is still waited for.
	wants(place int) bool
}

// newTransferor returns a transfer of blocks, not begun.
func newTransferor(ctx context.Context, rt api.Runtime, ids []string, retry retryPolicy) *transferor {
	t := &transferor{rt: rt, ids: ids, retry: retry, mu: rt.NewMutex(), ended: make([]bool, len(ids)), left: len(ids)}
	t.ctx, t.cancel = api.WithCancel(ctx, rt)
	return t
}

// attemptSink is one attempt's way back.
type attemptSink struct {
	t         *transferor
	attempt   int
	positions []int // in the transfer, of the attempt's blocks
}

func (a *attemptSink) success(place int, data api.ManagedBuffer) {
	a.t.succeeded(a.attempt, a.positions[place], data)
}
func (a *attemptSink) failure(place int, cause error) {
	a.t.failed(a.attempt, a.positions[place], cause)
}

func (a *attemptSink) wants(place int) bool {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	return a.t.wantsLocked(a.attempt, a.positions[place])
}

func (t *transferor) wantsLocked(attempt, position int) bool {
	return attempt == t.attempt && !t.ended[position]
}

// start begins an attempt with everything that is missing.
func (t *transferor) start() {
	t.mu.Lock()
	if t.left == 0 {
		t.mu.Unlock()
		return
	}
	ids, positions := t.missingLocked()
	to := &attemptSink{t: t, attempt: t.attempt, positions: positions}
	t.begins++
	t.mu.Unlock()
	t.begin(ids, positions, to)
	t.mu.Lock()
	t.begins--
	t.endUnlock()
}

// missingLocked are the blocks that have not ended, and their positions.
func (t *transferor) missingLocked() (ids []string, positions []int) {
	positions = make([]int, 0, t.left)
	for i := range t.ids {
		if !t.ended[i] {
			positions = append(positions, i)
		}
	}
	if len(positions) == len(t.ids) {
		return t.ids, positions
	}
	ids = make([]string, len(positions))
	for i, p := range positions {
		ids[i] = t.ids[p]
	}
	return ids, positions
}

func (t *transferor) succeeded(attempt, position int, data api.ManagedBuffer) {
	t.mu.Lock()
	if !t.wantsLocked(attempt, position) {
		t.mu.Unlock()
		return
	}
	if data != nil {
		data.Retain()
	}
	t.endLocked(position, outcome{id: t.ids[position], data: data})
	t.mu.Unlock()
	t.deliver()
}

func (t *transferor) failed(attempt, position int, cause error) {
	t.mu.Lock()
	if !t.wantsLocked(attempt, position) {
		t.mu.Unlock()
		return
	}
	if t.retries < t.retry.most && t.ctx.Err() == nil && t.retry.worth(cause) {
		t.retries++
		t.attempt++
		retry := t.retries
		t.mu.Unlock()
		t.hear.retried(retry, cause)
		t.rt.AfterFunc(t.retry.wait, t.start)
		return
	}
	t.endLocked(position, outcome{id: t.ids[position], err: cause})
	t.mu.Unlock()
	t.deliver()
}

// abort ends every block that is missing, and what an attempt that is being begun waits for, as a host that does not answer.
func (t *transferor) abort(cause error) {
	t.mu.Lock()
	t.attempt++
	for i, id := range t.ids {
		if !t.ended[i] {
			t.endLocked(i, outcome{id: id, err: cause})
		}
	}
	t.mu.Unlock()
	if t.ctx.Err() == nil {
		t.cancel()
	}
	t.deliver()
}

func (t *transferor) endLocked(position int, o outcome) {
	t.ended[position] = true
	t.left--
	t.events = append(t.events, o)
}

// deliver hands outcomes to the hearer, one at a time and outside the lock, unless another task is doing so.
func (t *transferor) deliver() {
	for {
		t.mu.Lock()
		if t.delivering || len(t.events) == 0 {
			t.mu.Unlock()
			return
		}
		t.delivering = true
		o := t.events[0]
		t.events[0] = outcome{}
		t.events = t.events[1:]
		t.mu.Unlock()
		t.hear.blockEnded(o)
		if o.data != nil {
			o.data.Release()
		}
		t.mu.Lock()
		t.delivering = false
		t.endUnlock()
	}
}

// endUnlock unlocks mu, and ends the transfer when nothing is left of it.
func (t *transferor) endUnlock() {
	last := !t.over && t.left == 0 && len(t.events) == 0 && !t.delivering && t.begins == 0
	t.over = t.over || last
	t.mu.Unlock()
	if last {
		t.hear.transferEnded()
		t.cancel()
	}
}
