// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// handler serves an env's connections in both directions, as Spark's NettyRpcHandler.
type handler struct {
	env    *Env
	dialed bool // the connections of the client factory; otherwise the server's
}

var _ transport.RpcHandler = (*handler)(nil)

// peer is what is known of the env at the other end of a connection.
type peer struct {
	env    *Env
	client *transport.Client
	socket api.RpcAddress // as dialled, or the socket's

	// The reading task's.
	listen api.RpcAddress // its listen address, once a message has told it
	behind []*inbox       // that got messages, and are given to the loops when there is no more to read
	posted int            // since
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

// Receive implements transport.RpcHandler: an ask.
func (h *handler) Receive(c *transport.Client, body []byte, reply transport.RpcReply) {
	m, in, err := h.parse(c, body)
	if err == nil {
		call := &callContext{in: in, sender: m.sender, remote: reply, asked: true}
		if err = m.from.postFromPeer(in, message{kind: ask, value: m.value, call: call}, len(body)); err == nil {
			return
		}
	}
	reply.Inline().Failure(err)
	h.env.refused(c, m, true, err)
}

// ReceiveOneWay implements transport.RpcHandler: a send.
func (h *handler) ReceiveOneWay(c *transport.Client, body []byte) {
	m, in, err := h.parse(c, body)
	if err == nil {
		call := &callContext{in: in, sender: m.sender}
		if err = m.from.postFromPeer(in, message{kind: oneWay, value: m.value, call: call}, len(body)); err == nil {
			return
		}
	}
	h.env.refused(c, m, false, err)
}

type received struct {
	from   *peer
	sender api.RpcAddress
	name   []byte // of the endpoint; aliases the body
	value  any
}

// parse reads envelope and content and finds the endpoint.
func (h *handler) parse(c *transport.Client, body []byte) (received, *inbox, error) {
	v, err := wire.ParseEnvelopeView(body)
	if err != nil {
		return received{}, nil, fmt.Errorf("%w: envelope: %w", api.ErrSerialization, err)
	}
	p := peerOf(c)
	m := received{from: p, sender: p.sender(v), name: v.Name}
	in := h.env.dispatcher.find(string(v.Name))
	if in == nil {
		return m, nil, h.env.couldNotFind(v.EndpointName())
	}
	content, err := codec.ParseContent(v.Content)
	if err != nil {
		return m, nil, err
	}
	m.value, err = h.env.codec.DecodeMessage(content, in.factory, p)
	return m, in, err
}

// refused counts a message that did not get to an endpoint, and tells of it.
func (e *Env) refused(c *transport.Client, m received, asked bool, cause error) {
	if errors.Is(cause, api.ErrEndpointNotFound) || errors.Is(cause, api.ErrEnvStopped) || errors.Is(cause, api.ErrOutboxFull) {
		e.undelivered(m.sender, string(m.name), asked, cause)
		return
	}
	e.unreadable(c, string(m.name), asked, cause)
}

// couldNotFind has Spark's texts.
func (e *Env) couldNotFind(name string) error {
	if e.stopping.Load() {
		return &transport.JavaError{Class: "org.apache.spark.rpc.RpcEnvStoppedException", Message: "RpcEnv already stopped.", Cause: api.ErrEnvStopped}
	}
	return &transport.JavaError{Class: "org.apache.spark.SparkException", Message: "Could not find " + name + ".", Cause: api.ErrEndpointNotFound}
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

// postAtOnce is how many messages are read before those they are for get to work.
const postAtOnce = 32

// Drained implements transport.Drainer: the endpoints that got messages are given to the loops, all that came together at
// once.
func (h *handler) Drained(c *transport.Client) { peerOf(c).settle() }

func (p *peer) settle() {
	for i, in := range p.behind {
		p.behind[i] = nil
		in.loops.schedule(in)
	}
	p.behind, p.posted = p.behind[:0], 0
}

// post gives m to in, soon.
func (p *peer) post(in *inbox, m message) (ok bool) {
	schedule, ok := in.post(m)
	if schedule {
		p.behind = append(p.behind, in)
	}
	if p.posted++; p.posted >= postAtOnce {
		p.settle()
	}
	return ok
}

// ReceiveStream implements transport.RpcHandler: an env takes no uploads.
func (h *handler) ReceiveStream(*transport.Client, []byte) (transport.StreamConsumer, error) {
	return nil, errNoUploads
}

var errNoUploads = &transport.JavaError{Class: "java.lang.UnsupportedOperationException", Message: "an RpcEnv takes no uploads"}

// Streams implements transport.RpcHandler: the file server.
func (h *handler) Streams() transport.StreamManager { return h.env.files }

// Active implements transport.RpcHandler.
func (h *handler) Active(c *transport.Client) {
	socket, _ := api.ParseRpcAddress(c.Remote()) // a Network that names its ends otherwise: zero
	c.Attach(&peer{env: h.env, client: c, socket: socket})
	h.env.opened(c, h.dialed)
	h.env.dispatcher.postToAll(message{kind: connected, value: networkEvent{remote: socket}})
}

// Inactive implements transport.RpcHandler.
func (h *handler) Inactive(c *transport.Client, cause error) {
	h.env.closed(c, h.dialed, cause)
	if h.env.stopping.Load() {
		return
	}
	p := peerOf(c)
	var broken *transport.ConnectionError
	failed := errors.As(cause, &broken) && broken.Cause != nil
	told := []api.RpcAddress{p.socket}
	if p.listen != p.socket {
		told = append(told, p.listen)
	}
	for _, a := range told {
		if a.IsZero() {
			continue
		}
		if failed {
			h.env.dispatcher.postToAll(message{kind: networkError, value: networkEvent{a, cause}})
		}
		h.env.dispatcher.postToAll(message{kind: disconnected, value: networkEvent{remote: a}})
	}
}
