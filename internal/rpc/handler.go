// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// handler serves an env's connections in both directions, as Spark's NettyRpcHandler.
type handler struct {
	env    *Env
	dialed bool // the connections of the client factory; otherwise the server's
}

var (
	_ transport.RpcHandler   = (*handler)(nil)
	_ transport.RequestTaker = (*handler)(nil)
)

// Receive implements transport.RpcHandler: an ask.
func (h *handler) Receive(c *transport.Client, body []byte, reply transport.RpcReply) {
	peerOf(c).takeOne(body, reply)
}

// ReceiveOneWay implements transport.RpcHandler: a send.
func (h *handler) ReceiveOneWay(c *transport.Client, body []byte) {
	peerOf(c).takeOne(body, transport.RpcReply{})
}

// Take implements transport.RequestTaker.
func (h *handler) Take(c *transport.Client, body []byte, reply transport.RpcReply) (relieved bool) {
	p := peerOf(c)
	for ok := true; ok; body, reply, ok = c.NextRequest() {
		p.take(body, reply)
		p.takeAlike()
		if p.full() && p.press() {
			return true
		}
	}
	return false
}

// Drained implements transport.Drainer.
func (h *handler) Drained(c *transport.Client) {
	p := peerOf(c)
	p.handOver()
	p.giveBack()
}

// Work implements transport.Drainer.
func (h *handler) Work(c *transport.Client) (relieved bool) {
	p := peerOf(c)
	if p.at == nil { // as when answers came
		return false
	}
	return p.work()
}

var _ transport.OversizeObserver = (*handler)(nil)

// Oversized implements transport.OversizeObserver.
func (h *handler) Oversized(c *transport.Client, asked bool, cause error) {
	h.env.unreadable(c, "", asked, cause)
}

// couldNotFind has Spark's texts.
func (e *Env) couldNotFind(name string) error {
	if e.stopping.Load() {
		return &transport.JavaError{Class: "org.apache.spark.rpc.RpcEnvStoppedException", Message: "RpcEnv already stopped.", Cause: api.ErrEnvStopped}
	}
	return &transport.JavaError{Class: "org.apache.spark.SparkException", Message: "Could not find " + name + ".", Cause: api.ErrEndpointNotFound}
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
	c.Attach(newPeer(h.env, c, socket))
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
	if h.dialed {
		h.env.forget(c, p.socket)
	}
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
