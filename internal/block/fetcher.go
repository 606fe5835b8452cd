// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// fetcher is one attempt at some blocks of one service, as Spark's OneForOneBlockFetcher: open them, then ask for
// chunk i of the stream for block i, all at once and in order. Unlike Spark's, a chunk's failure is that block's alone.
type fetcher struct {
	service *Service
	ctx     context.Context
	client  *transport.Client
	ids     []string
	order   []int // chunk i is ids[order[i]]
	sink    sink
}

// sink hears how each block of an attempt ended, by its position in the attempt.
type sink interface {
	success(position int, data api.ManagedBuffer)
	failure(position int, cause error)
}

// start connects and opens the blocks; everything else comes to the sink.
func (f *fetcher) start(address, execID string) {
	msg, order, err := openRequest(f.service.cfg.AppID, execID, f.ids)
	if err == nil {
		f.order = order
		if f.client, err = f.service.clients.ClientFailFast(f.ctx, address); err != nil {
			f.service.connectFailed(address, err)
		}
	}
	if err == nil {
		_, err = f.client.SendRpc(f.ctx, msg, openCallback{f})
	}
	if err != nil {
		f.failAll(err)
	}
}

func (f *fetcher) failAll(cause error) {
	for i := range f.ids {
		f.sink.failure(i, cause)
	}
}

// openCallback hears of the stream.
type openCallback struct{ *fetcher }

func (f openCallback) OnSuccess(body []byte) {
	h, err := blockwire.ParseStreamHandle(body)
	if err == nil && int(h.NumChunks) != len(f.order) {
		err = fmt.Errorf("open blocks at %s: %d chunks for %d blocks", f.client.Remote(), h.NumChunks, len(f.order))
	}
	if err != nil {
		f.failAll(err)
		return
	}
	// The requests go out from a task of their own: they may have to wait for room, which the reading task must not.
	f.service.rt.Go("fetch chunks", func() {
		f.client.FetchChunks(f.ctx, h.StreamID, 0, h.NumChunks, chunkCallback(f))
	})
}

func (f openCallback) OnFailure(cause error) { f.failAll(cause) }

// chunkCallback hears of the chunks.
type chunkCallback struct{ *fetcher }

func (f chunkCallback) OnSuccess(index int32, data api.ManagedBuffer) {
	f.service.stats.received.Add(1)
	f.service.stats.bytes.Add(uint64(data.Size()))
	f.sink.success(f.order[index], data)
}

func (f chunkCallback) OnFailure(index int32, cause error) { f.sink.failure(f.order[index], cause) }
