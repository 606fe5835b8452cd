// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// manyTurns bounds how many batches a reading task handles before it reads again.
const manyTurns = 16

// work handles what is owed on the reading task, if nothing speaks against it, and reports whether another task reads now.
func (p *peer) work() (relieved bool) {
	used := p.at.batch
	p.settle()
	if relieved = p.workOff(used); !relieved {
		p.giveBack()
	}
	return relieved
}

// press is work when enough is gathered, unless the inbox it is for is crowded then.
func (p *peer) press() (relieved bool) {
	used := p.at.batch
	return !p.settleInto(p.into) && p.workOff(used)
}

// workOff handles what is owed, a connection's reading task being a message loop: once it has read what there is, it handles the
// messages by itself, for to wake another task costs as much as a quick handler. It is relieved of reading when it is held up:
// at once when a handler waits in an ask, else soon (see [transport.Client.Work]). Should a handler end the task, that is seen
// to by taskEnds, where handlers are called: to be ready for it here too would cost each turn more deferred functions.
//
// used is what the last of the messages were read into, to be used again when all are handled.
func (p *peer) workOff(used api.MessageBatch) (relieved bool) {
	in := p.owed
	if in == nil {
		return false
	}
	p.owed = nil
	at := p.at
	l := &at.loop
	if in.concurrent || in.loops != p.env.dispatcher.shared || p.client.Quiet() || !in.loops.join(l, in) {
		in.loops.schedule(in)
		return false
	}
	p.at = nil // who relieves this task has one of its own
	l.reads.Store(p.client)
	var more bool
	for n := 1; ; n++ {
		turn := p.client.BeginTurn()
		l.turn.Store(uint64(turn))
		more = in.process(l, batch)
		l.flush()
		if relieved = p.client.EndTurn(turn); relieved || !more || n == manyTurns || !in.loops.keeps(l) {
			break
		}
	}
	in.loops.leave(l, more)
	if used != nil && !more {
		used.Reset()
		at.batch = used
	}
	p.env.places.Put(at)
	return relieved
}

// taskEnds hands on what a reading task did, which is about to end (runtime.Goexit): reading its connection, and processing in.
// The task of another loop hands that on itself.
func (l *messageLoop) taskEnds(in *inbox) {
	if c := l.reads.Load(); c != nil {
		c.Relieve(transport.Turn(l.turn.Load()))
		in.loops.abandoned(l)
	}
}

// failed tells the endpoint of an error of its own, which may end l's task.
func (in *inbox) failed(l *messageLoop, cause error) {
	told := false
	defer func() {
		if !told {
			l.taskEnds(in)
		}
	}()
	in.onError(cause)
	told = true
}
