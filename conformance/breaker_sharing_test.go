// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"context"
	"errors"
	"net"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/conformance"
)

func sharingBreakers() []breaker {
	hosts := func(wrap func(conformance.Host) conformance.Host) func(conformance.Harness) conformance.Harness {
		return func(h conformance.Harness) conformance.Harness { return conformance.OnHosts(h, wrap) }
	}
	return []breaker{
		{"a fetch waits for its blocks", services(func(s api.BlockTransferService) api.BlockTransferService { return waiting{s} }, nil), []string{
			"a fetch returns at once and ends through its listener",
		}},
		{"each fetch has a connection", services(nil, func(c *api.BlockTransferConfig) { c.ConnectionsPerPeer = 20 }), []string{
			"fetches that share a connection do not mix",
			"one peer gets no more connections than configured",
		}},
		{"the store is called by one task at a time", hosts(func(h conformance.Host) conformance.Host { return singleHost{h} }), []string{
			"a store that blocks holds up one connection",
		}},
		{"uploads are read whole", services(func(s api.BlockTransferService) api.BlockTransferService { return gulping{s} }, nil), []string{
			"a large upload is read in pieces",
		}},
		{"connections must be able to wait", hosts(func(h conformance.Host) conformance.Host { return needyHost{h} }), []string{
			"nothing needs what only some connections can do",
		}},
	}
}

// waiting returns from a fetch when it is over.
type waiting struct{ api.BlockTransferService }

func (s waiting) FetchBlocks(ctx context.Context, from api.RpcAddress, execID string, ids []string, l api.BlockFetchingListener) {
	heard := api.NewQueue[int](s.Runtime(), 0)
	s.BlockTransferService.FetchBlocks(ctx, from, execID, ids, telling{l, heard})
	for range ids {
		_, _ = heard.Get(ctx) // it ends with the trial
	}
}

type telling struct {
	api.BlockFetchingListener
	heard *api.Queue[int]
}

func (l telling) OnBlockFetchSuccess(id string, data api.ManagedBuffer) {
	l.BlockFetchingListener.OnBlockFetchSuccess(id, data)
	_ = l.heard.Put(context.Background(), 0) // there is room
}

func (l telling) OnBlockFetchFailure(id string, cause error) {
	l.BlockFetchingListener.OnBlockFetchFailure(id, cause)
	_ = l.heard.Put(context.Background(), 0) // there is room
}

// singleHost locks the store.
type singleHost struct{ conformance.Host }

func (h singleHost) NewBlockTransferService(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error) {
	return h.Host.NewBlockTransferService(cfg, single{m, h.Runtime().NewMutex()})
}

type single struct {
	api.BlockDataManager
	mu api.Mutex
}

func (s single) GetBlockData(id string) (api.ManagedBuffer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.BlockDataManager.GetBlockData(id)
}

// gulping reads what it uploads.
type gulping struct{ api.BlockTransferService }

func (s gulping) UploadBlock(ctx context.Context, to api.RpcAddress, execID, id string, data api.ManagedBuffer, metadata []byte) error {
	if _, err := data.Bytes(); err != nil {
		return err
	}
	return s.BlockTransferService.UploadBlock(ctx, to, execID, id, data, metadata)
}

// needyHost dials connections that can wait, and no others.
type needyHost struct{ conformance.Host }

func (h needyHost) NewBlockTransferService(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error) {
	if cfg.Network != nil {
		cfg.Network = needy{cfg.Network}
	}
	return h.Host.NewBlockTransferService(cfg, m)
}

type needy struct{ api.Network }

func (n needy) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := n.Network.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	if _, ok := c.(api.ReadWaiter); !ok {
		return nil, errors.Join(errors.New("a connection that cannot wait"), c.Close())
	}
	return c, nil
}
