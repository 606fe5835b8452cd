// SPDX-License-Identifier: Apache-2.0

package block

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// Service is a block transfer service, as Spark's NettyBlockTransferService.
type Service struct {
	rt      api.Runtime
	cfg     api.BlockTransferConfig
	address api.RpcAddress
	handler *rpcServer
	server  *transport.Server
	clients *transport.ClientFactory
	stats   counters
	events  api.EventListener

	mu      api.Mutex
	active  map[*transferor]uint64 // with their numbers
	last    uint64
	closing bool
}

var _ api.BlockTransferService = (*Service)(nil)

type counters struct{ requested, received, bytes, retries atomic.Uint64 }

// NewService starts a service in the world of rt, which has filled in Bind and Network of cfg. It serves the blocks of
// manager.
func NewService(rt api.Runtime, cfg api.BlockTransferConfig, manager api.BlockDataManager) (api.BlockTransferService, error) {
	cfg = withDefaults(cfg)
	if err := validate(cfg); err != nil {
		return nil, err
	}
	uploads, err := newUploadRoom(rt, cfg)
	if err != nil {
		return nil, fmt.Errorf("make room for uploads: %w", err)
	}
	h := &rpcServer{cfg: cfg, blocks: manager, streams: NewStreamManager(rt, cfg.MaxOpenBlocks), uploads: uploads}
	s := &Service{rt: rt, cfg: cfg, handler: h, events: listener(cfg), mu: rt.NewMutex(), active: map[*transferor]uint64{}}
	tc := transportConfig(cfg)
	s.clients = transport.NewClientFactory(rt, cfg.Network, tc, observed{h, s.events, true})
	if s.server, err = transport.NewServer(context.Background(), rt, cfg.Network, cfg.Bind, tc, observed{h, s.events, false}); err != nil {
		return nil, fmt.Errorf("listen %s: %w", cfg.Bind, err)
	}
	if s.address, err = transport.Advertised(cfg.Bind, cfg.AdvertiseHost, s.server.Addr()); err != nil {
		_ = s.server.Close(context.Background()) // it has no connections
		return nil, err
	}
	return s, nil
}

// Address implements api.BlockTransferService.
func (s *Service) Address() api.RpcAddress { return s.address }

// Runtime implements api.BlockTransferService.
func (s *Service) Runtime() api.Runtime { return s.rt }

// Close implements api.BlockTransferService.
func (s *Service) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	fetches := make([]*transferor, 0, len(s.active))
	for t := range s.active {
		fetches = append(fetches, t)
	}
	slices.SortFunc(fetches, func(a, b *transferor) int { return cmp.Compare(s.active[a], s.active[b]) })
	s.mu.Unlock()
	for _, t := range fetches {
		t.abort(errServiceClosed)
	}
	return errors.Join(s.server.Close(ctx), s.clients.Close(ctx), s.handler.uploads.close())
}

// Stats implements api.BlockTransferService.
func (s *Service) Stats() api.BlockTransferStats {
	return api.BlockTransferStats{
		BlocksRequested: s.stats.requested.Load(), BlocksReceived: s.stats.received.Load(), BytesReceived: s.stats.bytes.Load(),
		Retries: s.stats.retries.Load(), BlocksServed: s.handler.streams.blocks.Load(), BytesServed: s.handler.streams.bytes.Load(),
	}
}
