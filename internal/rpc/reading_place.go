// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/internal/transport"
)

// readingPlace is what a reading task works with, from the first of the messages that have come until all are given to who
// handles them. An env has as many as reading tasks work at once, and not one a connection: so it is still near the
// processor when the next connection has something to read.
type readingPlace struct {
	loop     messageLoop
	gathered []message
	calls    []callContext // for the next asks; nil: all are used
	used     int           // of calls
	made     int           // how many calls were made at once
	own      codec.OwnMemory

	batch api.MessageBatch // what messages are read into; nil: none, or what was is on its way
	of    *inbox           // whose it is
	name  string           // of the type of its messages
}

// takePlace returns a place that nobody works at.
func (e *Env) takePlace() *readingPlace {
	if at, ok := e.places.Get().(*readingPlace); ok {
		return at
	}
	at := &readingPlace{}
	at.loop.tag = e.dispatcher.shared.guests.tags.Add(2)
	return at
}

// giveBack leaves the place to others, if nothing is there.
func (p *peer) giveBack() {
	if at := p.at; at != nil && len(at.gathered) == 0 {
		p.at = nil
		p.env.places.Put(at)
	}
}

// batchOf returns what makes messages that go a way and are of the type of its last.
func (at *readingPlace) batchOf(r *route) api.MessageBatch {
	if !at.makes(r) {
		_, name := r.messages.Next()
		at.batch, at.of, at.name = r.again(), r.in, name
	}
	return at.batch
}

// makes reports whether the batch is for such messages.
func (at *readingPlace) makes(r *route) bool {
	_, name := r.messages.Next()
	return at.batch != nil && at.of == r.in && at.name == name
}

// next is where the next message is gathered, which is zero.
func (at *readingPlace) next() *message {
	n := len(at.gathered)
	if n < cap(at.gathered) {
		at.gathered = at.gathered[:n+1]
	} else {
		at.gathered = append(at.gathered, message{})
	}
	return &at.gathered[n]
}

// newCall returns the way back of an ask. Some are made at once, when there are many.
func (at *readingPlace) newCall(in *inbox, sender *api.RpcAddress, reply transport.RpcReply) *callContext {
	if at.calls == nil {
		at.made = min(max(1, 2*at.made), callsAtOnce)
		at.calls = make([]callContext, at.made)
	}
	call := &at.calls[at.used]
	if at.used++; at.used == len(at.calls) {
		at.calls, at.used = nil, 0 // else it would keep the last ones
	}
	call.in, call.sender, call.remote, call.asked = in, *sender, reply, true
	return call
}

// callsAtOnce is how many ways back are made at once at most. One that somebody keeps keeps as many.
const callsAtOnce = 8
