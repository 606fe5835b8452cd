// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// listener is what a service tells its events to: nil functions are not called.
func listener(c api.BlockTransferConfig) api.EventListener {
	l := c.Listener
	if l == nil {
		l = api.LogEvents(c.Logger)
	}
	if l == nil {
		return api.EventListener{}
	}
	return *l
}

// observed is the handler whose connections the listener hears of.
type observed struct {
	*rpcServer
	events api.EventListener
	dialed bool
}

var _ transport.RpcHandler = observed{}

// Active implements transport.RpcHandler.
func (o observed) Active(c *transport.Client) {
	if tell := o.events.ConnectionOpened; tell != nil {
		tell(api.ConnectionOpened{Remote: c.Remote(), Dialed: o.dialed})
	}
	o.rpcServer.Active(c)
}

// Inactive implements transport.RpcHandler.
func (o observed) Inactive(c *transport.Client, cause error) {
	o.rpcServer.Inactive(c, cause)
	tell := o.events.ConnectionClosed
	if tell == nil {
		return
	}
	if broken, ok := errors.AsType[*transport.ConnectionError](cause); ok {
		cause = broken.Cause
	}
	tell(api.ConnectionClosed{Remote: c.Remote(), Dialed: o.dialed, Cause: cause})
}

// connect finds a connection for a request.
func (s *Service) connect(ctx context.Context, address string) (*transport.Client, error) {
	client, err := s.clients.Client(ctx, address)
	if err == nil {
		return client, nil
	}
	if s.isClosing() {
		return nil, errServiceClosed
	}
	s.connectFailed(address, err)
	return nil, err
}

func (s *Service) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// connectFailed tells of a failed attempt to connect; who wanted to has the error, and may come again.
func (s *Service) connectFailed(remote string, cause error) {
	var broken *transport.ConnectionError
	if tell := s.events.ConnectFailed; tell != nil && errors.As(cause, &broken) {
		tell(api.ConnectFailed{Remote: remote, Attempt: 1, Waiting: 1, Cause: cause})
	}
}
