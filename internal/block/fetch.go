// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/twinwire/twinwire/api"
)

// FetchBlocks implements api.BlockTransferService.
func (s *Service) FetchBlocks(ctx context.Context, from api.RpcAddress, execID string, blockIDs []string, listener api.BlockFetchingListener) {
	s.fetch(ctx, from, execID, blockIDs, nil, listener)
}

// FetchBlocksToFiles implements api.BlockTransferService.
func (s *Service) FetchBlocksToFiles(ctx context.Context, from api.RpcAddress, execID string, blockIDs []string, files api.DownloadFileManager, listener api.BlockFetchingListener) {
	s.fetch(ctx, from, execID, blockIDs, files, listener)
}

// fetch fetches blocks into memory, or into files if there are any.
func (s *Service) fetch(ctx context.Context, from api.RpcAddress, execID string, blockIDs []string, files api.DownloadFileManager, listener api.BlockFetchingListener) {
	if len(blockIDs) == 0 {
		return
	}
	policy := retryPolicy{most: s.cfg.MaxRetries, wait: s.cfg.RetryWait, worth: worthFetching}
	t := newTransferor(ctx, s.rt, slices.Clone(blockIDs), policy)
	address := from.HostPort()
	t.hear = fetchHearer{transferHearer{s, t, address}, listener}
	t.begin = func(ids []string, _ []int, to sink) {
		f := &fetcher{service: s, ctx: t.ctx, ids: ids, sink: to, files: files}
		f.start(address, execID)
	}
	s.stats.requested.Add(uint64(len(blockIDs)))
	s.launch(t, "fetch "+address)
}

var errServiceClosed = fmt.Errorf("block transfer service closed: %w", api.ErrConnectionClosed)

// launch begins a transfer, which Close will end.
func (s *Service) launch(t *transferor, name string) {
	s.mu.Lock()
	closing := s.closing
	s.last++
	s.active[t] = s.last
	s.mu.Unlock()
	if closing {
		s.rt.Go(name, func() { t.abort(errServiceClosed) })
		return
	}
	onEnd(t.ctx, func() { t.abort(t.ctx.Err()) })
	s.rt.Go(name, t.start)
}

// onEnd calls f when ctx, a context of the api, is done.
func onEnd(ctx context.Context, f func()) {
	ctx.(interface{ AfterFunc(func()) func() bool }).AfterFunc(f)
}

// transferHearer is what fetches and pushes have in common.
type transferHearer struct {
	service *Service
	t       *transferor
	address string
}

func (h transferHearer) retried(retry int, cause error) {
	h.service.stats.retries.Add(1)
	if tell := h.service.events.FetchRetried; tell != nil {
		tell(api.FetchRetried{Remote: h.address, Retry: retry, After: h.t.retry.wait, Cause: cause})
	}
}

func (h transferHearer) transferEnded() {
	h.service.mu.Lock()
	delete(h.service.active, h.t)
	h.service.mu.Unlock()
}

// failed makes the error that names the block, and tells of it.
func (h transferHearer) failed(op string, o outcome) error {
	if tell := h.service.events.BlockFailed; tell != nil && worthTelling(o.err) && !errors.Is(o.err, context.Canceled) {
		tell(api.BlockFailed{Remote: h.address, BlockID: o.id, Cause: o.err})
	}
	return &api.BlockError{Op: op, BlockID: o.id, Remote: h.address, Cause: o.err}
}

// fetchHearer tells a fetch's listener.
type fetchHearer struct {
	transferHearer
	listener api.BlockFetchingListener
}

func (h fetchHearer) blockEnded(o outcome) {
	if o.err != nil {
		h.listener.OnBlockFetchFailure(o.id, h.failed("fetch", o))
		return
	}
	h.listener.OnBlockFetchSuccess(o.id, o.data)
}
