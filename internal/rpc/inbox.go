// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"errors"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// inbox holds an endpoint's messages and runs the endpoint, one message at a time, as Spark's Inbox. A message loop
// that was given an inbox processes it; the inbox stands in the dispatcher's queue at most once.
type inbox struct {
	env      *Env
	ref      api.RpcEndpointRef
	endpoint api.RpcEndpoint
	factory  api.MessageFactory  // the endpoint, if it is one
	receiver receiver            // likewise
	observer api.NetworkObserver // likewise
	ctx      context.Context     // ends with the endpoint
	cancel   context.CancelFunc
	loops    *messageLoops // the env's, or its own
	life     *endpointLife
	gone     atomic.Bool // from the dispatcher: it gets no more messages

	concurrent bool // messages are handled by several loops at once
	inTurn     bool // its replies come from the loop that runs its handlers

	state   inboxState
	mu      api.Mutex
	queue   messageQueue
	stopped bool // OnStop is queued; nothing comes behind it
	open    bool // of a concurrent inbox, between OnStart and stop
	active  int  // of a concurrent inbox, loops that process it
	inboxRoom

	// taken are the messages that were taken for the loop that processes a serial inbox, which owns them; next is the one
	// it handles next.
	taken []message
	next  int
	most  int // how many are taken at once
	// Likewise: how many messages and events were handled so far, or are being handled, and since when the last is.
	handled int64
	since   time.Duration
	loop    atomic.Pointer[messageLoop] // that one, or the last

	// Guarded by the mu of the loops.
	running int // loops that process it
	lent    int // those of them that lent their place
}

// message is one entry of an inbox.
type message struct {
	kind  messageKind
	from  uint8        // the first of alike that is left
	size  int32        // what it counts for, if it came from a peer
	call  *callContext // of oneWay, oneWays and ask
	value any          // of an event: a networkEvent
	do    receive      // handles it, if that is known already
	alike []any        // of oneWays: the values
}

// count is how many messages, or events, are left of it.
func (m *message) count() int {
	if m.kind == oneWays {
		return len(m.alike) - int(m.from)
	}
	return 1
}

// receiver is an endpoint that hands out what it handles the messages of a type with.
type receiver interface {
	Receiver(wireName string) (send, ask receive, batch func() api.MessageBatch)
}

// networkEvent is the value of the events.
type networkEvent struct {
	remote api.RpcAddress
	cause  error // of networkError
}

type messageKind uint8

const (
	onStart messageKind = iota + 1
	oneWay
	oneWays // several, of one type, that a peer has sent one behind the other
	ask
	connected
	disconnected
	networkError
	onStop
)

// isEvent tells what is not from a sender.
func (k messageKind) isEvent() bool { return k < oneWay || k > ask }

func newInbox(e *Env, ref api.RpcEndpointRef, ep api.RpcEndpoint) *inbox {
	in := &inbox{env: e, ref: ref, endpoint: ep, mu: e.rt.NewMutex(), most: takeMost(&e.cfg)}
	in.queue.push(message{kind: onStart})
	in.state.put()
	in.factory, _ = ep.(api.MessageFactory)
	in.receiver, _ = ep.(receiver)
	in.observer, _ = ep.(api.NetworkObserver)
	in.assign()
	ctx, cancel := api.WithCancel(e.ctx, e.rt)
	in.ctx, in.cancel = handlerContext{Context: ctx, in: in}, cancel
	return in
}

// post appends messages. schedule says that the inbox must be given to a message loop; ok is false when the endpoint is
// stopping and they were dropped.
func (in *inbox) post(messages ...message) (schedule, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.stopped {
		return false, false
	}
	for i := range messages {
		in.queue.push(messages[i])
		in.putLocked(&messages[i])
	}
	if messages[0].kind == onStop {
		in.stopped = true
		if in.open { // who is at it goes on alone
			in.open = false
			return in.active == 0 && in.state.put(), true
		}
	}
	return in.state.put(), true
}

// hand is post for what a peer gathered: count messages of size bytes. If nothing else is there it is taken already, and the
// inbox keeps the memory of messages; free is what the peer may use in its place.
func (in *inbox) hand(messages []message, count, size int) (free []message, schedule, ok bool) {
	if in.concurrent || size > takeBytes || count > in.most || !in.state.hand(count) {
		schedule, ok = in.post(messages...)
		return messages, schedule, ok
	}
	free, in.taken, in.next = in.taken, messages, 0
	return free, true, true
}

// process handles up to batch messages and reports whether there are more, which a loop must be told of.
func (in *inbox) process(l *messageLoop, batch int) (more bool) {
	if in.concurrent {
		return in.processConcurrently(l, batch)
	}
	if in.loop.Load() != l {
		in.loop.Store(l)
	}
	for n := 0; n < batch; {
		if in.next == len(in.taken) && !in.takeSome(batch-n) {
			return false
		}
		begun, err := in.handleSome(l, batch-n)
		n += begun
		if err != nil {
			in.failed(l, err)
		}
	}
	return in.next < len(in.taken) || in.takeSome(batch)
}

// handleSome runs the endpoint for up to most of the messages that were taken, until an event or one that fails. A panic is
// an error like another; when one ends the task (runtime.Goexit), the asker is told, and the loops replace the task.
func (in *inbox) handleSome(l *messageLoop, most int) (begun int, err error) {
	timed, handling := in.env.events.HandlerSlow != nil, true
	var m *message
	defer func() {
		if handling {
			err = in.brokeOff(l, m, recover())
		}
	}()
	for begun < most && in.next < len(in.taken) && err == nil {
		if l.held.Asked() {
			l.release()
		}
		n := in.next
		m = &in.taken[n]
		i := m.from
		if m.from++; int(m.from) >= len(m.alike) {
			in.next = n + 1
		}
		begun++
		in.handled++
		if begun&7 == 1 || in.crowded.Load() { // a connection may wait for it
			in.begun.Store(in.handled)
		}
		if timed {
			in.since = in.env.clock.Elapsed()
		}
		if m.kind.isEvent() {
			most = begun // a message behind it is the first of its own: all count that wait while it is handled
		}
		err = in.run(l, m, i)
		if timed && in.env.clock.Elapsed()-in.since >= in.env.events.SlowAfter {
			in.tellSlow(in.since)
		}
		if in.next > n {
			*m = message{}
		}
	}
	handling = false
	if begun&7 != 1 {
		in.begun.Store(in.handled)
	}
	return begun, err
}

// brokeOff ends handleSome where the handler of m has panicked, or ended its task.
func (in *inbox) brokeOff(l *messageLoop, m *message, panicked any) error {
	if panicked == nil {
		defer l.taskEnds(in)
	}
	err := m.broken(panicked)
	if panicked != nil && in.env.events.HandlerSlow != nil {
		in.tellSlow(in.since)
	}
	in.begun.Store(in.handled)
	clear(in.taken[:in.next])
	return err
}

// takeBytes bounds what is taken at once: it counts no longer towards the inbox's bound.
const takeBytes = 64 * usualMessage

// takeMost is how many messages are taken at once at most: of a small inbox fewer than of others.
func takeMost(cfg *api.RpcEnvConfig) int { return max(1, cfg.InboxMessages/64) }

// takeSome takes up to most messages. It reports false, and ends the processing, when there are none.
func (in *inbox) takeSome(most int) bool {
	in.taken, in.next = in.taken[:0], 0
	return !in.state.rest() && in.takeQueued(min(most, in.most))
}

// takeQueued is takeSome where there may be some.
func (in *inbox) takeQueued(most int) bool {
	in.mu.Lock()
	n := 0
	for size := 0; in.queue.len() > 0 && n < most && size < takeBytes; {
		if n > 0 && n+in.queue.first().count() > most {
			break
		}
		m := in.queue.pop()
		in.tookLocked(&m)
		n += m.count()
		size += int(m.size)
		in.taken = append(in.taken, m)
	}
	in.state.took(n)
	in.state.set(n > 0, in.queue.len() > 0 || in.stopped)
	in.mu.Unlock()
	return n > 0
}

// waits tells that a handler is about to wait: if it runs on a reading task, another reads on.
func (in *inbox) waits() {
	l := in.loop.Load()
	if l == nil {
		return
	}
	if c := l.reads.Load(); c != nil {
		c.Relieve(transport.Turn(l.turn.Load()))
	}
}

// tellSlow tells a listener that wants to know of slow handlers of one that began then, if it was slow.
func (in *inbox) tellSlow(since time.Duration) {
	if took := in.env.clock.Elapsed() - since; took >= in.env.events.SlowAfter {
		in.env.events.HandlerSlow(api.HandlerSlow{Endpoint: in.ref.Address(), Took: took})
	}
}

// handle runs the endpoint for one message, and tells a listener that wants to know of slow handlers.
func (in *inbox) handle(l *messageLoop, m *message) error {
	if in.env.events.HandlerSlow == nil {
		return in.attempt(l, m)
	}
	since := in.env.clock.Elapsed()
	err := in.attempt(l, m)
	in.tellSlow(since)
	return err
}

// attempt runs it so that a panic is an error like another, as handleSome does for several.
func (in *inbox) attempt(l *messageLoop, m *message) (err error) {
	returned := false
	defer func() {
		if !returned {
			err = m.broken(recover())
		}
	}()
	err = in.run(l, m, 0)
	returned = true
	return err
}

// broken tells the asker of a handler that panicked, or ended its task, and returns the panic as an error.
func (m *message) broken(panicked any) (err error) {
	told := errTaskEnded
	if panicked != nil {
		err = api.NewPanicError(panicked, debug.Stack())
		told = err
	}
	if m.kind == ask {
		m.call.fail(told)
	}
	return err
}

var errTaskEnded = errors.New("the handler ended its task: runtime.Goexit")

// run runs the endpoint for a message; i says which of oneWays.
func (in *inbox) run(l *messageLoop, m *message, i uint8) error {
	switch m.kind {
	case oneWays:
		return m.do(m.call, m.alike[i])
	case oneWay:
		if m.do != nil {
			return m.do(m.call, m.value)
		}
		return in.endpoint.Receive(m.call, m.value)
	case ask:
		if in.inTurn {
			m.call.loop = l
		}
		do := m.do
		if do == nil {
			do = in.endpoint.ReceiveAndReply
		}
		if err := do(m.call, m.value); err != nil {
			m.call.fail(err)
			return err
		}
	default:
		return in.runEvent(m)
	}
	return nil
}

// runEvent is run for what is no message of another.
func (in *inbox) runEvent(m *message) error {
	switch m.kind {
	case onStart:
		if s, ok := in.endpoint.(api.Starter); ok {
			return s.OnStart(in.ref)
		}
	case connected, disconnected, networkError:
		in.observe(m)
	case onStop:
		return in.stop()
	}
	return nil
}

func (in *inbox) observe(m *message) {
	event := m.value.(networkEvent)
	switch m.kind {
	case connected:
		in.observer.OnConnected(event.remote)
	case disconnected:
		in.observer.OnDisconnected(event.remote)
	case networkError:
		in.observer.OnNetworkError(event.cause, event.remote)
	}
}

// stop runs OnStop, after which the endpoint is gone.
func (in *inbox) stop() error {
	in.cancel()
	defer in.env.dispatcher.ended(in)
	if s, ok := in.endpoint.(api.Stopper); ok {
		return s.OnStop()
	}
	return nil
}

// onError tells the endpoint of an error of its own, and the listener.
func (in *inbox) onError(cause error) {
	h, ok := in.endpoint.(api.ErrorHandler)
	if !ok {
		in.endpointFailed(cause, false)
		return
	}
	defer func() {
		if p := recover(); p != nil {
			in.endpointFailed(cause, false)
			in.endpointFailed(api.NewPanicError(p, debug.Stack()), false)
		}
	}()
	h.OnError(cause)
	in.endpointFailed(cause, true)
}
