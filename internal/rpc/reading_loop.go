// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// readingLoop is a connection's reading task as a message loop: once it has read what there is, it handles the messages
// by itself, for to wake another task costs as much as a quick handler. It is relieved of reading when it is held up: at
// once when a handler waits in an ask, else soon (see [transport.Client.Work]).
type readingLoop struct {
	messageLoop
	more bool                 // the inbox has more messages
	run  func(transport.Turn) // runBatch, made once
}

// manyTurns bounds how many batches a reading task handles before it reads again.
const manyTurns = 16

// work handles what is owed on the reading task, if nothing speaks against it, and reports whether another task reads now.
func (p *peer) work() (relieved bool) {
	used := p.route.batch
	p.settle()
	if p.client.Quiet() {
		p.gathered = nil
	}
	return p.workOff(used)
}

// press is work when enough is gathered, unless the inbox it is for is crowded then.
func (p *peer) press() (relieved bool) {
	used := p.route.batch
	return !p.settleInto(p.into) && p.workOff(used)
}

// workOff handles what is owed; used is what the last messages of it were read into, to be used again when all are
// handled.
func (p *peer) workOff(used api.MessageBatch) (relieved bool) {
	in := p.owed
	if in == nil {
		return false
	}
	p.owed = nil
	l := p.reading
	if l == nil {
		l = &readingLoop{}
		l.reads, l.run = p.client, l.runBatch
	}
	if in.concurrent || in.loops != p.env.dispatcher.shared || p.client.Quiet() || !in.loops.join(&l.messageLoop, in) {
		in.loops.schedule(in)
		return false
	}
	p.reading = nil // who relieves this task has one of its own
	left := false
	defer func() {
		if !left { // a handler has ended the task
			in.loops.abandoned(&l.messageLoop)
		}
	}()
	for n := 1; ; n++ {
		if relieved = p.client.Work(l.run); relieved || !l.more || n == manyTurns || !in.loops.keeps(&l.messageLoop) {
			break
		}
	}
	left = true
	in.loops.leave(&l.messageLoop, l.more)
	if !relieved {
		p.reading = l
		if used != nil && !l.more {
			used.Reset()
			p.route.batch = used
		}
	}
	return relieved
}

// runBatch is one turn.
func (l *readingLoop) runBatch(turn transport.Turn) {
	l.turn.Store(uint64(turn))
	l.more = l.in.process(&l.messageLoop, batch)
	l.flush()
}
