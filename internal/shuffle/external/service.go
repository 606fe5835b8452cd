// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// Service is an external shuffle service that listens. Safe for concurrent use.
type Service struct {
	handler *handler
	server  *transport.Server
	address api.RpcAddress
}

// NewService starts a service in the world of rt. Every mistake in the configuration is reported at once; a taken port
// matches api.ErrAddressInUse.
func NewService(rt api.Runtime, cfg Config) (*Service, error) {
	cfg = cfg.withDefaults(rt)
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	s := &Service{handler: newHandler(rt, cfg)}
	var err error
	if s.server, err = transport.NewServer(context.Background(), rt, cfg.Network, cfg.Bind, cfg.transport(), s.handler); err != nil {
		return nil, fmt.Errorf("listen %s: %w", cfg.Bind, err)
	}
	s.address, err = transport.Advertised(cfg.Bind, "", s.server.Addr())
	return s, err
}

// Address is where the service listens.
func (s *Service) Address() api.RpcAddress { return s.address }

// Close ends the listener and every connection, and waits for that until ctx is done.
func (s *Service) Close(ctx context.Context) error { return s.server.Close(ctx) }

// Stats returns counts since the start.
func (s *Service) Stats() Stats {
	n := s.handler.counters.stats()
	n.Executors, n.Connections = s.handler.registry.Len(), s.server.Open()
	return n
}
