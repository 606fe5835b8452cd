// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"time"

	"github.com/twinwire/twinwire/internal/fault"
)

// Sighting is one thing that happened, as Config.Observe is told of it.
type Sighting struct {
	At   time.Duration // virtual time since the start
	Step uint64        // how often tasks have run
	Kind string        // that of an [Event], but for "deliver"; one of a message; or "mark": see [Host.Remark]
	Host string        // where; empty for what is between hosts
	Peer string        // the other end of what travels, or empty
	What string        // the kind of a fault or of a message, such as "reset" or "rpc:Acquire", or what was logged, without its attributes
	Text string        // all of it, if What is not
	// Way is the direction of a connection that a message or a fault is on, Number the message on it, from 1. 0: none.
	Way, Number uint64
}

// The kinds of sightings of a message. It is missed when it comes to a connection whose end there is gone or broken, as
// that of a host that is down.
const (
	seenSend   = "send"
	seenArrive = "arrive"
	seenMiss   = "miss"
)

// An observer tells Config.Observe what happens.
type observer struct {
	onlooker onlooker
	world    *World
	observe  func(Sighting)
	ways     uint64
}

// tell stamps a sighting and passes it on.
//
//go:norace
func (o *observer) tell(s Sighting) {
	s.At, s.Step = time.Duration(o.world.now), o.world.steps
	o.onlooker.pass(o, s)
}

// An observedWay follows the messages in one direction of a connection.
type observedWay struct {
	way     uint64
	scanner fault.MessageScanner
	written int64
	arrived int64
	sent    uint64
	onWay   []observedMessage
}

type observedMessage struct {
	kind   string
	number uint64
	end    int64 // counted from the first byte of the stream
}

// on returns what is known of a pipe.
//
//go:norace
func (o *observer) on(p *pipe) *observedWay {
	if p.observed == nil {
		o.ways++
		p.observed = &observedWay{way: o.ways}
	}
	return p.observed
}

// happening tells of all but faults and what is logged, which are told where more is known of them, as deliveries are.
//
//go:norace
func (o *observer) happening(e happening) {
	if e.kind == kindFault || e.kind == kindLog {
		return
	}
	s := Sighting{Kind: e.kind.String(), What: e.text}
	if e.kind >= kindCreate { // of a file
		s.What = e.event().Text
	}
	if e.host != nil {
		s.Host = e.host.name
	}
	if e.pipe != nil {
		s.Peer = e.pipe.to.host.name
		if e.kind == kindAccept {
			s.Peer = e.pipe.from.host.name
		}
	}
	o.tell(s)
}

//go:norace
func (o *observer) log(h *Host, message, line string) {
	o.tell(Sighting{Kind: kindLog.String(), Host: h.name, What: message, Text: line})
}

//go:norace
func (o *observer) fault(kind fault.Kind, h *Host, p *pipe, text string) {
	s := Sighting{Kind: kindFault.String(), What: string(kind), Text: text}
	if h != nil {
		s.Host = h.name
	}
	if p != nil {
		s.Host, s.Peer = p.from.host.name, p.to.host.name
		s.Way, s.Number = o.on(p).way, o.on(p).sent
	}
	o.tell(s)
}

// write finds the messages that begin in a write.
//
//go:norace
func (o *observer) write(p *pipe, b []byte) {
	y := o.on(p)
	y.scanner.Scan(b, func(m fault.FoundMessage) {
		y.sent++
		y.onWay = append(y.onWay, observedMessage{kind: m.Kind, number: y.sent, end: y.written + m.End})
		o.message(seenSend, p, y.onWay[len(y.onWay)-1])
	})
	y.written += int64(len(b))
}

// arrive counts bytes that arrived, and tells of the messages that are whole now, or would be if somebody took them.
//
//go:norace
func (o *observer) arrive(p *pipe, n int) {
	y := o.on(p)
	y.arrived += int64(n)
	kind := seenArrive
	if p.dst.silent() || p.dst.err != nil {
		kind = seenMiss
	}
	for len(y.onWay) > 0 && y.onWay[0].end <= y.arrived {
		o.message(kind, p, y.onWay[0])
		y.onWay = y.onWay[1:]
	}
}

//go:norace
func (o *observer) message(kind string, p *pipe, m observedMessage) {
	s := Sighting{Kind: kind, Host: p.from.host.name, Peer: p.to.host.name, What: m.kind, Way: o.on(p).way, Number: m.number}
	if kind != seenSend {
		s.Host, s.Peer = s.Peer, s.Host
	}
	o.tell(s)
}
