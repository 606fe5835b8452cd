// SPDX-License-Identifier: Apache-2.0

package rpc

import "github.com/twinwire/twinwire/api"

// assign finds out how the endpoint's messages are handled: one at a time or several at once, by the env's loops or by
// its own.
func (in *inbox) assign() {
	in.loops = in.env.dispatcher.shared
	_, in.inTurn = in.endpoint.(interface{ RepliesInTurn() })
	if c, ok := in.endpoint.(api.ConcurrentEndpoint); ok {
		in.concurrent = c.HandlesConcurrently()
	}
	i, ok := in.endpoint.(api.IsolatedEndpoint)
	if !ok {
		return
	}
	if n := i.OwnLoops(); n > 0 {
		in.loops = newMessageLoops(in.env, "message loop of "+in.ref.Name(), n)
		in.concurrent = in.concurrent || n > 1
	}
}

// processConcurrently is process of a concurrent inbox, as Spark's Inbox.process: between OnStart and stop any number
// of loops take part, before and after that one alone. more says that the inbox must be given to the loops again.
func (in *inbox) processConcurrently(l *messageLoop, batch int) (more bool) {
	if !in.enter() {
		return false
	}
	for range batch {
		m, others, ok := in.take()
		if others {
			in.loops.schedule(in)
		}
		if !ok {
			return false
		}
		err := in.handle(l, &m)
		if err != nil { // one whose OnStart failed goes on one at a time, as in Spark
			in.onError(err)
		} else if m.kind == onStart && in.openUp() {
			in.loops.schedule(in)
		}
	}
	return in.abandoned()
}

// enter makes the calling loop one of those that process the inbox.
func (in *inbox) enter() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	alone := !in.open // before OnStart and after stop nobody else is called for
	if alone && in.active > 0 {
		in.state.set(false, true)
		return false
	}
	in.active++
	in.state.set(alone, true)
	return true
}

// take takes the next message. others says that another loop can take part; ok is false when the calling loop takes
// part no longer.
func (in *inbox) take() (m message, others, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.queue.len() == 0 || !in.open && in.active > 1 {
		in.active--
		if in.active == 0 && !in.open {
			in.state.set(false, true)
		}
		return message{}, false, false
	}
	m = in.queue.pop()
	in.tookLocked(&m)
	in.state.took(m.count())
	in.begun.Add(1)
	return m, in.open && in.queue.len() > 0 && in.state.put(), true
}

// openUp lets other loops take part, once OnStart has run. It reports whether there is work for one.
func (in *inbox) openUp() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.stopped {
		return false
	}
	in.open = true
	again := in.queue.len() > 0
	in.state.set(again, true)
	return again
}

// abandoned ends the part of a loop that leaves with messages unhandled, perhaps. It reports whether the inbox must be
// given to the loops again.
func (in *inbox) abandoned() (again bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	again = in.queue.len() > 0
	switch {
	case !in.concurrent:
		again = again || in.next < len(in.taken)
	case in.open:
		in.active--
		return again && in.state.put()
	default:
		in.active--
		again = again && in.active == 0
	}
	in.state.set(again, true)
	return again
}
