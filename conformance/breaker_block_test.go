// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"context"
	"errors"
	"slices"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/conformance"
)

func blockBreakers() []breaker {
	return []breaker{
		{"blocks come in the reverse order", services(func(s api.BlockTransferService) api.BlockTransferService { return reversed{s} }, nil), []string{
			"blocks come in the order in which they are asked for",
		}},
		{"uploads return early", services(func(s api.BlockTransferService) api.BlockTransferService { return earlyUpload{s} }, nil), []string{
			"uploads of one task are stored whole and in order",
		}},
		{"uploads are tried again", services(func(s api.BlockTransferService) api.BlockTransferService { return stubbornUpload{s} }, nil), []string{
			"an upload is tried once",
		}},
		{"every failure is tried again", services(func(s api.BlockTransferService) api.BlockTransferService { return stubbornFetch{s} }, nil), []string{
			"what is no I/O error is not tried again",
		}},
		{"contexts are ignored", services(func(s api.BlockTransferService) api.BlockTransferService { return endlessFetch{s} }, nil), []string{
			"a fetch or upload ends when its context does",
		}},
		{"failures have no reason", services(func(s api.BlockTransferService) api.BlockTransferService { return silentUpload{s} }, nil), []string{
			"a refused upload tells the reason",
		}},
		{"failures have no cause", listeners(func(l api.BlockFetchingListener) api.BlockFetchingListener { return causeless{l} }), []string{
			"the reason of a failure on the other side is told",
			"a block whose bytes cannot be read fails alone, and says why",
			"closing a service ends its fetches",
			"a fetch whose peer closes ends",
		}},
		{"nothing is retried", services(nil, func(c *api.BlockTransferConfig) { c.MaxRetries = -1 }), []string{
			"after a cut the blocks still missing come, and only those are asked for again",
			"the retries are used up, with the wait between, and then the blocks fail",
			"a silent connection is given up and the fetch goes on over another",
		}},
		{"silence is given up early", services(nil, func(c *api.BlockTransferConfig) { c.ConnectionTimeout /= 10 }), []string{
			"a fetch from a silent peer fails after the timeout, and not before",
			"a slow peer that keeps sending is not given up",
		}},
		{"files are left", services(func(s api.BlockTransferService) api.BlockTransferService { return litterer{s} }, nil), []string{
			"a block that goes into a file is whole, and nothing is left of one that does not",
		}},
		{"pushes are reported twice", services(func(s api.BlockTransferService) api.BlockTransferService { return echoPush{s} }, nil), []string{
			"each pushed block is heard of once, and the other side has those that were merged",
		}},
		{"refused pushes have no reason", services(func(s api.BlockTransferService) api.BlockTransferService { return silentPush{s} }, nil), []string{
			"a pushed block that is not wanted is told so, and costs the others nothing",
		}},
		{"the end of a merge tells of too much", services(func(s api.BlockTransferService) api.BlockTransferService { return boastful{s} }, nil), []string{
			"what was merged is listed when the merge ends, and comes by its chunks",
		}},
		{"blocks come twice", listeners(func(l api.BlockFetchingListener) api.BlockFetchingListener { return twice{l} }), []string{
			"ranging over blocks yields each once and keeps the bytes in flight bounded",
		}},
		{"nobody knows why a block is broken", services(func(s api.BlockTransferService) api.BlockTransferService { return clueless{s} }, nil), []string{
			"a block that arrives with another checksum is not handed over",
		}},
		{"any number of blocks may be open", services(nil, func(c *api.BlockTransferConfig) { c.MaxOpenBlocks = -1 }), []string{
			"what exceeds the blocks that may be open is refused, and later fetches are not",
		}},
		{"references leak", managers(func(m api.BlockDataManager) api.BlockDataManager { return leaky{m} }), []string{
			"a buffer is released once, however its transfer ends",
		}},
	}
}

func listeners(wrap func(api.BlockFetchingListener) api.BlockFetchingListener) func(conformance.Harness) conformance.Harness {
	return func(h conformance.Harness) conformance.Harness { return conformance.OnListeners(h, wrap) }
}

func services(wrap func(api.BlockTransferService) api.BlockTransferService, change func(*api.BlockTransferConfig)) func(conformance.Harness) conformance.Harness {
	return func(h conformance.Harness) conformance.Harness {
		return conformance.OnHosts(h, func(host conformance.Host) conformance.Host {
			return serviceHost{Host: host, wrap: wrap, change: change}
		})
	}
}

func managers(wrap func(api.BlockDataManager) api.BlockDataManager) func(conformance.Harness) conformance.Harness {
	return func(h conformance.Harness) conformance.Harness {
		return conformance.OnHosts(h, func(host conformance.Host) conformance.Host { return serviceHost{Host: host, manager: wrap} })
	}
}

type serviceHost struct {
	conformance.Host
	wrap    func(api.BlockTransferService) api.BlockTransferService
	change  func(*api.BlockTransferConfig)
	manager func(api.BlockDataManager) api.BlockDataManager
}

func (h serviceHost) NewBlockTransferService(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error) {
	if h.change != nil {
		h.change(&cfg)
	}
	if h.manager != nil {
		m = h.manager(m)
	}
	s, err := h.Host.NewBlockTransferService(cfg, m)
	if err == nil && h.wrap != nil {
		s = h.wrap(s)
	}
	return s, err
}

type reversed struct{ api.BlockTransferService }

func (s reversed) FetchBlocks(ctx context.Context, from api.RpcAddress, execID string, ids []string, l api.BlockFetchingListener) {
	ids = slices.Clone(ids)
	slices.Reverse(ids)
	s.BlockTransferService.FetchBlocks(ctx, from, execID, ids, l)
}

type earlyUpload struct{ api.BlockTransferService }

func (s earlyUpload) UploadBlock(ctx context.Context, to api.RpcAddress, execID, id string, data api.ManagedBuffer, metadata []byte) error {
	s.Runtime().Go("upload", func() {
		_ = s.BlockTransferService.UploadBlock(ctx, to, execID, id, data, metadata) // broken on purpose
	})
	return nil
}

type stubbornUpload struct{ api.BlockTransferService }

func (s stubbornUpload) UploadBlock(ctx context.Context, to api.RpcAddress, execID, id string, data api.ManagedBuffer, metadata []byte) error {
	data.Retain()
	err := s.BlockTransferService.UploadBlock(ctx, to, execID, id, data, metadata)
	if err == nil {
		data.Release()
		return nil
	}
	return s.BlockTransferService.UploadBlock(ctx, to, execID, id, data, metadata)
}

type silentUpload struct{ api.BlockTransferService }

func (s silentUpload) UploadBlock(ctx context.Context, to api.RpcAddress, execID, id string, data api.ManagedBuffer, metadata []byte) error {
	if s.BlockTransferService.UploadBlock(ctx, to, execID, id, data, metadata) != nil {
		return errors.New("upload refused")
	}
	return nil
}

// stubbornFetch asks again for each block that failed.
type stubbornFetch struct{ api.BlockTransferService }

func (s stubbornFetch) FetchBlocks(ctx context.Context, from api.RpcAddress, execID string, ids []string, l api.BlockFetchingListener) {
	s.BlockTransferService.FetchBlocks(ctx, from, execID, ids, again{l, func(id string) {
		s.BlockTransferService.FetchBlocks(ctx, from, execID, []string{id}, l)
	}})
}

type again struct {
	api.BlockFetchingListener
	fetch func(id string)
}

func (l again) OnBlockFetchFailure(id string, _ error) { l.fetch(id) }

type endlessFetch struct{ api.BlockTransferService }

func (s endlessFetch) FetchBlocks(_ context.Context, from api.RpcAddress, execID string, ids []string, l api.BlockFetchingListener) {
	s.BlockTransferService.FetchBlocks(context.Background(), from, execID, ids, l)
}

type causeless struct{ api.BlockFetchingListener }

func (l causeless) OnBlockFetchFailure(id string, _ error) {
	l.BlockFetchingListener.OnBlockFetchFailure(id, errors.New("failed"))
}

type leaky struct{ api.BlockDataManager }

func (m leaky) GetBlockData(id string) (api.ManagedBuffer, error) {
	b, err := m.BlockDataManager.GetBlockData(id)
	if err == nil {
		b.Retain()
	}
	return b, err
}
