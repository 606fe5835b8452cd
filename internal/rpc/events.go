// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// listener is what an env tells its events to: nil functions are not called.
func listener(c api.RpcEnvConfig) api.EventListener {
	l := c.Listener
	if l == nil {
		l = api.LogEvents(c.Logger)
	}
	if l == nil {
		return api.EventListener{}
	}
	return *api.TeeEvents(l)
}

// opened tells of a connection.
func (e *Env) opened(c *transport.Client, dialed bool) {
	if tell := e.events.ConnectionOpened; tell != nil {
		tell(api.ConnectionOpened{Remote: c.Remote(), Dialed: dialed})
	}
}

// closed tells of a connection's end.
func (e *Env) closed(c *transport.Client, dialed bool, cause error) {
	tell := e.events.ConnectionClosed
	if tell == nil {
		return
	}
	if broken, ok := errors.AsType[*transport.ConnectionError](cause); ok {
		cause = broken.Cause
	}
	tell(api.ConnectionClosed{Remote: c.Remote(), Dialed: dialed, Cause: cause})
}

// unreadable tells of a message that could not be decoded.
func (e *Env) unreadable(c *transport.Client, endpoint string, asked bool, cause error) {
	e.stats.unreadable.Add(1)
	if tell := e.events.MessageUnreadable; tell != nil {
		tell(api.MessageUnreadable{Remote: c.Remote(), Endpoint: endpoint, Asked: asked, Cause: cause})
	}
}

// undelivered tells of a message that came for an endpoint that is not there. Who asked is told by the failure.
func (e *Env) undelivered(sender api.RpcAddress, endpoint string, asked bool, cause error) {
	e.stats.undelivered.Add(1)
	if tell := e.events.MessageDropped; tell != nil && !asked {
		tell(api.MessageDropped{Remote: sender, Incoming: true, Endpoint: endpoint, Count: 1, Cause: cause})
	}
}

// endpointFailed tells of an error of an endpoint's own.
func (in *inbox) endpointFailed(cause error, handled bool) {
	if tell := in.env.events.EndpointFailed; tell != nil {
		tell(api.EndpointFailed{Endpoint: in.ref.Address(), Cause: cause, Handled: handled})
	}
}

// askFailed tells of an ask that ended otherwise than by a reply.
func (e *Env) askFailed(a *pendingAsk, to *api.RpcEndpointAddress, cause error) {
	e.stats.failures.Add(1)
	if tell := e.events.AskFailed; tell != nil {
		tell(api.AskFailed{Endpoint: *to, After: e.clock.Elapsed() - a.inThisUse().began(), Cause: cause})
	}
}

// downloadFailed tells of a failed attempt to connect to a file server.
func (e *Env) downloadFailed(remote string, cause error) {
	var broken *transport.ConnectionError
	if tell := e.events.ConnectFailed; tell != nil && errors.As(cause, &broken) {
		tell(api.ConnectFailed{Remote: remote, Attempt: 1, Waiting: 1, Cause: cause})
	}
}
