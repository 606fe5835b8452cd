// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"errors"
	"fmt"
	"math"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// peer is what is known of the env at the other end of a connection, and what came from it and is on its way to an
// endpoint. All but env, client and socket is the reading task's.
type peer struct {
	env    *Env
	client *transport.Client
	at     *readingPlace // nil: nothing has come that was not given to a loop

	// Messages for one inbox that were read together are posted together.
	into  *inbox
	owed  *inbox // the last that was posted to, if it is to be given to a loop
	most  int    // so many at once
	count int    // of those that were gathered
	size  int    // their bytes
	route route  // of the last message

	socket api.RpcAddress // as dialled, or the socket's
	listen api.RpcAddress // its listen address, once a message has told it
}

// route is where a message comes from and goes to. All messages with the same envelope have the same.
type route struct {
	// prefix is what the next message begins with if it goes the same way and is of the same type; empty when that is not
	// known.
	prefix   []byte
	ask      receive // what handles messages of that type; may be nil
	in       *inbox
	sender   api.RpcAddress
	send     receive         // as ask
	messages *codec.Messages // nil on a connection that brings little
	envelope []byte
	name     string // of the endpoint
	// again makes a batch for such messages; nil when their memory is not used again. The batch is there once some have
	// come, one behind the other.
	again  func() api.MessageBatch
	same   int
	oneWay *callContext // of every one-way message, for it has nothing of one of them; nil before the first
}

// receive handles messages of a type, as an endpoint would.
type receive = func(api.RpcCallContext, any) error

func newPeer(e *Env, c *transport.Client, socket api.RpcAddress) *peer {
	return &peer{env: e, client: c, socket: socket, most: min(gatherAtMost, 1+e.cfg.InboxMessages/64)}
}

// fits reports whether a message goes the same way.
func (r *route) fits(body []byte) bool {
	n := len(r.envelope)
	return r.in != nil && len(body) >= n && string(body[:n]) == string(r.envelope) && !r.in.gone.Load()
}

// peerOf returns what is known of the other end of a connection that is up.
func peerOf(c *transport.Client) *peer { return c.Attached().(*peer) }

var _ codec.Binder = (*peer)(nil)

// Bind binds references that came over the connection: those without an address are reachable over it only.
func (p *peer) Bind(a api.RpcEndpointAddress) api.RpcEndpointRef {
	if a.Address.IsZero() {
		return api.NewRpcEndpointRef(a, attachedSender{env: p.env, client: p.client})
	}
	return api.NewRpcEndpointRef(a, p.env)
}

// take takes a message in, with a reply if it is an ask, and gives it to the inbox of its route: soon, together with those
// behind it. While the inbox holds more than InboxMessages (of 1 KiB; larger ones count for more) the connection is not read,
// so that its sender is slowed down.
//
// It is not read until there is room again or, for inboxPatience, the inbox takes nothing; then it is read on, and what
// exceeds twice the bound is refused. So memory is bounded, and no deadlock can come of it: the wait of a connection for
// an inbox ends by itself, also when the inbox's handler waits for an answer, or for another endpoint's message, that is
// behind on this very connection.
func (p *peer) take(body []byte, reply transport.RpcReply) {
	if p.at == nil {
		p.at = p.env.takePlace()
	}
	value, err := p.read(body)
	in := p.route.in
	if err == nil && in.crowded.Load() && in.full() {
		err = &inboxFullError{in.ref.Name(), p.env.cfg.InboxMessages}
	}
	if err != nil {
		p.refuse(reply, err)
		return
	}
	if p.into != in && p.owed != in {
		p.handOver()
	}
	p.into = in
	m := p.at.next()
	m.value, m.size = value, int32(max(len(body), usualMessage))
	switch {
	case reply.Asked():
		m.kind, m.call, m.do = ask, p.at.newCall(in, &p.route.sender, reply), p.route.ask
	case p.route.oneWay == nil:
		p.route.oneWay = &callContext{in: in, sender: p.route.sender}
		fallthrough
	default:
		m.kind, m.call, m.do = oneWay, p.route.oneWay, p.route.send
	}
	p.count++
	p.size += int(m.size)
	p.waitFor(in)
}

// refuse is take of what cannot be taken in.
func (p *peer) refuse(reply transport.RpcReply, cause error) {
	if reply.Asked() {
		reply.Inline().Failure(cause)
	}
	p.refused(reply.Asked(), cause)
}

// takeOne is take for a message that comes alone.
func (p *peer) takeOne(body []byte, reply transport.RpcReply) {
	if p.take(body, reply); p.full() {
		p.settleInto(p.into)
	}
}

// settleInto posts what was gathered for an inbox, and waits if that is crowded then.
func (p *peer) settleInto(in *inbox) (crowded bool) {
	p.settle()
	return p.waitFor(in)
}

// waitFor waits if an inbox is crowded.
func (p *peer) waitFor(in *inbox) (crowded bool) {
	if !in.crowded.Load() {
		return false
	}
	p.handOver()
	in.settle()
	return true
}

// full reports whether enough is gathered.
func (p *peer) full() bool { return p.count >= p.most || p.size >= takeBytes }

// read reads a message and finds its way.
func (p *peer) read(body []byte) (any, error) {
	r := &p.route
	if n := len(r.prefix); n > 0 && len(body) >= n && string(body[:n]) == string(r.prefix) && !r.in.gone.Load() {
		value, err := r.messages.DecodeNext(body[n:], p.room(), &p.at.own)
		if err != nil {
			p.at.batch = nil // it has what was not read
		}
		return value, err
	}
	if !r.fits(body) {
		if err := p.find(body); err != nil {
			return nil, err
		}
	}
	value, err := p.messages().Decode(body[len(r.envelope):], &p.at.own)
	r.learn()
	p.at.batch = nil
	return value, err
}

// learn finds out what the next message probably is.
func (r *route) learn() {
	r.prefix, r.send, r.ask, r.again, r.same = r.prefix[:0], nil, nil, nil, 0
	if r.messages == nil {
		return
	}
	head, name := r.messages.Next()
	if len(head) == 0 {
		return
	}
	r.prefix = append(append(r.prefix, r.envelope...), head...)
	if r.in.receiver != nil {
		r.send, r.ask, r.again = r.in.receiver.Receiver(name)
	}
}

// room is where the next message goes, if its memory is used again.
func (p *peer) room() any {
	r := &p.route
	switch {
	case r.again == nil:
	case r.same < busyRoute:
		r.same++
	default:
		return p.at.batchOf(r).Next()
	}
	return nil
}

// busyRoute is how many messages go the same way before the memory of the next is kept to be used again.
const busyRoute = 16

// messages returns what decodes messages that go the way of the last.
func (p *peer) messages() *codec.Messages {
	if m := p.route.messages; m != nil {
		return m
	}
	m := p.env.codec.Messages(p)
	m.To(p.route.in.factory)
	if !p.client.Quiet() {
		p.route.messages = m
	}
	return m
}

// find reads the envelope of a message and makes its route the last one.
func (p *peer) find(body []byte) error {
	p.route.in, p.route.prefix = nil, p.route.prefix[:0]
	v, err := wire.ParseEnvelopeView(body)
	if err != nil {
		p.route.name = ""
		return fmt.Errorf("%w: envelope: %w", api.ErrSerialization, err)
	}
	p.route.envelope = append(p.route.envelope[:0], body[:len(body)-len(v.Content)]...)
	p.route.name, p.route.sender = v.EndpointName(), p.sender(v)
	in := p.env.dispatcher.find(p.route.name)
	if in == nil {
		return p.env.couldNotFind(p.route.name)
	}
	p.route.in, p.route.oneWay = in, nil
	if p.route.messages != nil {
		p.route.messages.To(in.factory)
	}
	p.route.name = in.ref.Name() // the same text, which is there already
	return nil
}

// gatherAtMost is how many messages are read before those they are for get them.
const gatherAtMost = batch

// takeAlike takes in the messages that follow the last and go its way, sent one way like it, while there is room for them:
// they are one entry of the inbox.
func (p *peer) takeAlike() {
	r := &p.route
	in := r.in
	if p.at == nil || r.again == nil || r.send == nil || r.oneWay == nil || p.into != in || in.concurrent || !p.at.makes(r) {
		return
	}
	batch := p.at.batch
	first, count, size := len(batch.All()), 0, 0
	for p.count+count < p.most && p.size+size < takeBytes && !in.crowded.Load() {
		payload, ok := p.client.NextOneWay(r.prefix)
		if !ok {
			break
		}
		if _, err := r.messages.DecodeNext(payload, batch.Next(), &p.at.own); err != nil {
			p.postAlike(first, count, size)
			p.at.batch = nil // it has the message that was not read
			p.refused(false, err)
			return
		}
		count++
		size += max(len(r.prefix)+len(payload), usualMessage)
	}
	p.postAlike(first, count, size)
}

// postAlike is take for so many messages of the route's batch, from first on.
func (p *peer) postAlike(first, count, size int) {
	if count == 0 {
		return
	}
	m := p.at.next()
	m.kind, m.size, m.alike = oneWays, int32(min(size, math.MaxInt32)), p.at.batch.All()[first:first+count]
	m.call, m.do = p.route.oneWay, p.route.send
	p.count += count
	p.size += size
}

// handOver posts what was gathered and has a loop process it.
func (p *peer) handOver() {
	p.settle()
	if in := p.owed; in != nil {
		p.owed = nil
		in.loops.schedule(in)
	}
}

// settle posts what was gathered.
func (p *peer) settle() {
	at := p.at
	if at == nil || len(at.gathered) == 0 {
		return
	}
	in := p.into
	at.batch = nil // what was read into it goes on its way
	free, schedule, ok := in.hand(at.gathered, p.count, p.size)
	if schedule {
		p.owed = in
	}
	if !ok {
		for i := range free {
			p.tooLate(&free[i])
		}
	}
	clear(free)
	at.gathered = free[:0]
	p.count, p.size, p.into = 0, 0, nil
}

// tooLate refuses a message whose endpoint has stopped since it was read.
func (p *peer) tooLate(m *message) {
	name := p.into.ref.Name()
	err := p.env.couldNotFind(name)
	if m.kind == ask {
		m.call.remote.Inline().Failure(err)
	}
	for range m.count() {
		p.env.undelivered(m.call.sender, name, m.kind == ask, err)
	}
}

// refused counts the message that was read last and did not get to an endpoint, and tells of it.
func (p *peer) refused(asked bool, cause error) {
	unreadable := errors.Is(cause, api.ErrSerialization) // first: what a message's own method says is inside
	if !unreadable && (errors.Is(cause, api.ErrEndpointNotFound) || errors.Is(cause, api.ErrEnvStopped) || errors.Is(cause, api.ErrInboxFull)) {
		p.env.undelivered(p.route.sender, p.route.name, asked, cause)
		return
	}
	p.env.unreadable(p.client, p.route.name, asked, cause)
}

// sender is where a message says it comes from, else the socket. The first time a connection tells its env's listen
// address, the endpoints hear of it.
func (p *peer) sender(v wire.EnvelopeView) api.RpcAddress {
	if !v.Sender.Present {
		return p.socket
	}
	if p.listen.Port == int(v.Sender.Port) && p.listen.Host == string(v.Sender.Host) {
		return p.listen
	}
	a := v.Sender.Address()
	sender := api.NewRpcAddress(a.Host, int(a.Port))
	if p.listen.IsZero() {
		p.listen = sender
		if sender != p.socket {
			p.env.dispatcher.postToAll(message{kind: connected, value: networkEvent{remote: sender}})
		}
	}
	return sender
}
