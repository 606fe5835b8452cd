// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/internal/transport"
)

// pendingAsk is an ask without its outcome. The first outcome counts, later ones are ignored. It is used again for
// another ask when its outcome came from whoever was to answer, for then nobody else knows it any more; who might still
// hold it from an earlier use names that use by its generation. One that had to wait in an outbox is not used again. A used
// one is like a new one in everything, for which of them an ask gets is not decided by the world.
type pendingAsk struct {
	env *Env
	w   api.Waiter

	// state is the generation and, in the two lowest bits, where its outcome is.
	state atomic.Uint64
	// Written by who claimed the outcome, read once it is there.
	answered bool   // by the one who was to answer
	woken    bool   // the asker took the permit that comes with the outcome
	held     bool   // the reply is held by own
	body     []byte // else the reply

	queued   bool  // it waits, or waited, in an outbox
	at       int32 // among the env's local asks
	kind     *askKind
	deadline time.Duration   // by the env's stopwatch
	sent     sending         // the asker's; nowhere, if it was queued
	frame    []byte          // likewise: the memory of the request
	own      codec.OwnMemory // of replies: who claims the outcome puts one there, and the asker reads it

	// Written before it is put anywhere, like kind and deadline.
	to    api.RpcEndpointAddress
	late  atomic.Pointer[sending] // of one that was queued, once it is sent
	value any                     // the reply of a local endpoint; written as body
	err   error                   // likewise
}

// sending is where a request was sent.
type sending struct {
	client *transport.Client // nil: nowhere, or to an endpoint here
	id     int64
}

// way is where the request went, for the asker.
func (a *pendingAsk) way() sending {
	if !a.queued {
		return a.sent
	}
	if s := a.late.Load(); s != nil {
		return *s
	}
	return sending{}
}

// Where an outcome is.
const (
	awaited uint64 = iota
	claimed        // being written
	there
	outcomeMask = 3
	generation1 = outcomeMask + 1
)

var _ transport.WakingCallback = (*pendingAsk)(nil)

func (a *pendingAsk) generation() uint64 { return a.state.Load() / generation1 }

// claim makes the caller the one who writes the outcome.
func (a *pendingAsk) claim(generation uint64) bool {
	return a.state.CompareAndSwap(generation*generation1+awaited, generation*generation1+claimed)
}

// conclude ends the ask, whose outcome was claimed and written.
func (a *pendingAsk) conclude() {
	a.state.Add(there - claimed)
	a.w.Wake()
}

// ended reports whether the outcome is there.
func (a *pendingAsk) ended() bool { return a.state.Load()&outcomeMask == there }

// answer ends the ask with the reply of a local endpoint.
func (a *pendingAsk) answer(v any) {
	if a.claim(a.generation()) {
		a.answered, a.value = true, v
		a.conclude()
	}
}

// refuse ends the ask with a failure told by the one who was to answer.
func (a *pendingAsk) refuse(err error) {
	if a.claim(a.generation()) {
		a.answered, a.err = true, err
		a.conclude()
	}
}

// fail ends the ask with a failure of somebody else: a timeout, the env's end.
func (a *pendingAsk) fail(generation uint64, err error) {
	if a.claim(generation) {
		a.err = err
		a.conclude()
	}
}

// errAskTimeout stands for the TimeoutError that the asker makes of it.
var errAskTimeout = errors.New("timeout")

// OnSuccess keeps the reply's bytes, which are valid for the call; the asker decodes them.
func (a *pendingAsk) OnSuccess(body []byte) {
	if a.claim(a.generation()) {
		a.answered = true
		if a.held = a.own.HoldReply(body); !a.held {
			a.body = append(a.body[:0], body...)
		}
		a.conclude()
	}
}

// OnlyWakes implements transport.WakingCallback.
func (a *pendingAsk) OnlyWakes() {}

// OnFailure ends the ask with a failure of transport or dispatch.
func (a *pendingAsk) OnFailure(cause error) {
	if errors.Is(cause, api.ErrConnectionClosed) && a.env.stopping.Load() {
		cause = api.ErrEnvStopped
	}
	a.refuse(cause)
}

// encode encodes the request, behind room for what a frame begins with. One that is not copied has its memory for itself.
func (a *pendingAsk) encode(o *outbox, to *api.RpcEndpointAddress, msg any) ([]byte, error) {
	if cap(a.frame) == 0 {
		a.frame = make([]byte, transport.FrameRoom, usualBody)
	}
	frame, _, err := a.env.encode(a.frame[:transport.FrameRoom], o, to, msg)
	switch {
	case err != nil:
	case len(frame) <= transport.CopyLimit:
		a.frame = frame
	default:
		a.frame = nil
	}
	return frame, err
}

// send sends the request over c, where it then waits for its answer. The asker does so. An error says that nothing was sent.
func (a *pendingAsk) send(ctx context.Context, c *transport.Client, frame []byte) (err error) {
	var id int64
	if c.Congested() {
		id, err = a.sendInTime(ctx, c, frame[transport.FrameRoom:])
	} else {
		id, err = c.SendRpcFrame(ctx, frame, a)
	}
	a.sent = sending{c, id}
	if err == nil && id != 0 && (a.ended() || !a.kind.armed.Load() || a.env.stopping.Load()) {
		a.waitsAt(c, id)
	}
	return err
}

// sendQueued is send for a request that was queued, by another task than the asker, who may not wait for it any more.
func (a *pendingAsk) sendQueued(ctx context.Context, c *transport.Client, body []byte) (err error) {
	if a.ended() {
		return nil
	}
	a.late.Store(&sending{c, 0}) // the answer may come at once
	var id int64
	if c.Congested() {
		id, err = a.sendInTime(ctx, c, body)
	} else {
		id, err = c.SendRpc(ctx, body, a)
	}
	if err == nil && id != 0 {
		a.late.Store(&sending{c, id})
		a.waitsAt(c, id)
	}
	return err
}

// waitsAt is called once the request was sent.
func (a *pendingAsk) waitsAt(c *transport.Client, id int64) {
	if a.ended() && !a.answered { // before it could know the id
		c.RemoveRpc(id)
	}
	a.env.guard(a)
}

// sendInTime sends the request over a congested connection, and waits for room there no longer than the ask may take: then
// it returns neither id nor error, and the ask has timed out.
func (a *pendingAsk) sendInTime(ctx context.Context, c *transport.Client, body []byte) (id int64, err error) {
	generation := a.generation()
	inTime, cancel := api.WithTimeout(ctx, a.env.rt, a.deadline-a.env.clock.Elapsed())
	defer cancel()
	id, err = c.SendRpc(inTime, body, a)
	if err != nil && ctx.Err() == nil && inTime.Err() != nil {
		a.fail(generation, errAskTimeout)
		return 0, nil
	}
	return id, err
}

// await waits for the outcome and stores the reply. to is who was asked.
func (a *pendingAsk) await(ctx context.Context, to *api.RpcEndpointAddress, reply any) error {
	for !a.ended() {
		if err := a.w.Wait(ctx); err != nil {
			ctx = a.leave(ctx, to, err)
			continue
		}
		a.woken = true
	}
	return a.outcome(to, reply)
}

// leave ends the ask, if nothing has yet, for the asker waits no longer for the reason err. It returns the context in which
// the asker waits on: the outcome is there, or is being written.
func (a *pendingAsk) leave(ctx context.Context, to *api.RpcEndpointAddress, err error) context.Context {
	a.fail(a.generation(), &leftError{a.waitError(ctx, to, err)})
	return nil
}

// leftError is why the asker stopped waiting.
type leftError struct{ error }

// outcome stores the reply, or is the failure.
func (a *pendingAsk) outcome(to *api.RpcEndpointAddress, reply any) error {
	if a.err != nil {
		return a.failure(to)
	}
	c := a.way().client
	if c == nil {
		return codec.Assign(reply, a.value)
	}
	if a.held {
		return a.env.codec.ReadHeld(reply, peerOf(c), to.Address, &a.own)
	}
	return a.env.codec.ReadReply(a.body, reply, peerOf(c), to.Address, &a.own)
}

// abandon has a later answer ignored.
func (a *pendingAsk) abandon() {
	if s := a.way(); s.client != nil && !a.answered {
		s.client.RemoveRpc(s.id)
	}
}

// failure is the outcome of an ask without a reply. The failure of a local handler is the handler's own.
func (a *pendingAsk) failure(to *api.RpcEndpointAddress) error {
	a.abandon()
	left, _ := a.err.(*leftError) //nolint:errorlint // itself
	switch {
	case left != nil:
		return left.error
	case a.err == errAskTimeout: //nolint:errorlint // itself
		return &api.TimeoutError{Op: a.op(to), After: a.kind.timeout, Setting: a.kind.setting}
	case a.answered && a.way().client == nil:
		return a.err
	}
	return fmt.Errorf("ask %s: %w", *to, a.err)
}

// waitError is the outcome of an ask whose asker stopped waiting.
func (a *pendingAsk) waitError(ctx context.Context, to *api.RpcEndpointAddress, err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		err = &api.TimeoutError{Op: a.op(to), After: a.env.clock.Elapsed() - a.inThisUse().began(), Setting: api.SettingContext}
	} else {
		err = fmt.Errorf("%s: %w", a.op(to), err)
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// op says what the ask is. A reference without an address is told by the connection it came on.
func (a *pendingAsk) op(to *api.RpcEndpointAddress) string {
	op := "ask " + to.Name + " at " + to.String()
	if c := a.way().client; c != nil && to.Address.IsZero() {
		op += " over the connection to " + c.Remote()
	}
	return op
}

// describe is for a report of who waits.
func (a *pendingAsk) describe() string {
	text := "ask " + a.to.Name
	if !a.to.Address.IsZero() {
		text += " at " + a.to.String()
	}
	return text + " (" + a.kind.setting + " " + a.kind.timeout.String() + ")"
}

// newAsk starts an ask.
func (e *Env) newAsk(kind *askKind) *pendingAsk {
	a, ok := e.finished.Get().(*pendingAsk)
	if !ok {
		a = e.makeAsk()
	}
	a.start(kind)
	return a
}

func (e *Env) makeAsk() *pendingAsk {
	a := &pendingAsk{env: e, w: e.rt.NewWaiter()}
	if d, ok := a.w.(api.DescribedWaiter); ok {
		d.Describe(a.describe)
	}
	return a
}

func (a *pendingAsk) start(kind *askKind) {
	a.kind, a.deadline = kind, a.env.clock.Elapsed()+kind.timeout
}

// done ends an ask that has its outcome, and keeps it for another if it can be used again.
func (e *Env) done(a *pendingAsk) {
	if a.over() {
		e.finished.Put(a)
	}
}

// over ends an ask that has its outcome. It reports whether nobody else can know it: then it is like a new one.
func (a *pendingAsk) over() bool {
	if !a.answered || a.queued {
		return false
	}
	if !a.woken { // the outcome was there before it waited
		_ = a.w.Wait(nil) //nolint:staticcheck // a nil context: the permit is there, or comes at once
	}
	a.answered, a.woken, a.value, a.err = false, false, nil, nil
	a.sent = sending{}
	if cap(a.body) > 64<<10 {
		a.body = nil
	}
	a.state.Store((a.generation() + 1) * generation1)
	return true
}
