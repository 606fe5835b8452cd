// SPDX-License-Identifier: Apache-2.0

package rpc

import "github.com/twinwire/twinwire/internal/transport"

// readingLoop is a connection's reading task as a message loop: once it has read what there is, it handles the messages
// by itself, for to wake another task costs as much as a quick handler. It is relieved of reading when it is held up: at
// once when a handler waits in an ask, else soon (see [transport.Client.Work]).
type readingLoop struct {
	loop *messageLoop // nil: none yet, or it is in use by a task that was relieved
	run  func(transport.Turn)
}

// manyTurns bounds how many batches a reading task handles before it reads again.
const manyTurns = 16

// work handles what is owed on the reading task, if nothing speaks against it, and reports whether another task reads now.
func (p *peer) work() (relieved bool) {
	p.settle()
	in := p.owed
	if in == nil {
		return false
	}
	p.owed = nil
	r := &p.reading
	if r.loop == nil {
		r.loop = &messageLoop{reads: p.client}
		r.run = p.runLoop
	}
	if in.concurrent || in.loops != p.env.dispatcher.shared || p.client.Quiet() || !in.loops.join(r.loop, in) {
		in.loops.schedule(in)
		return false
	}
	l := r.loop
	if p.client.Work(r.run) {
		return true
	}
	r.loop = l
	return false
}

// runLoop is the work.
func (p *peer) runLoop(turn transport.Turn) {
	l := p.reading.loop
	p.reading.loop = nil
	l.turn = turn
	in, loops := l.in, l.in.loops
	defer loops.abandoned(l)
	more := true
	for n := 0; more && n < manyTurns && (n == 0 || p.client.Lasts(turn) && loops.keeps(l)); n++ {
		more = in.process(l, batch)
		l.flush()
	}
	loops.leave(l, more)
}
