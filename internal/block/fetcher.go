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
	files   api.DownloadFileManager // nil: into memory
}

// start connects and opens the blocks; everything else comes to the sink.
func (f *fetcher) start(address, execID string) {
	msg, order, err := openRequest(f.service.cfg, execID, f.ids)
	if err == nil {
		f.order = order
		err = f.connect(address, execID)
	}
	if err == nil {
		_, err = f.client.SendRpc(f.ctx, msg, openCallback{f})
	}
	if err != nil {
		f.failAll(err)
	}
}

// connect finds a connection. When there is none, and the executor is known to be dead, that is the failure.
func (f *fetcher) connect(address, execID string) (err error) {
	s := f.service
	if f.client, err = s.clients.ClientFailFast(f.ctx, address); err == nil {
		return nil
	}
	s.connectFailed(address, err)
	if s.cfg.ExecutorAlive == nil || !isIO(err) {
		return err
	}
	if alive, askErr := s.cfg.ExecutorAlive(f.ctx, execID); askErr == nil && !alive {
		return fmt.Errorf("executor %s: %w: %w", execID, api.ErrExecutorDead, err)
	}
	return err
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
		err = fmt.Errorf("open blocks: %d chunks for %d blocks", h.NumChunks, len(f.order))
	}
	if err != nil {
		f.failAll(err)
		return
	}
	// The requests go out from a task of their own: they may have to wait for room, which the reading task must not.
	f.service.rt.Go("fetch chunks", func() { f.ask(h.StreamID) })
}

func (f openCallback) OnFailure(cause error) { f.failAll(cause) }

// ask asks for every chunk, also when nobody waits for them any more: the other side holds them until they are asked for.
func (f *fetcher) ask(stream int64) {
	ctx := context.WithoutCancel(f.ctx)
	if f.files == nil {
		f.client.FetchChunks(ctx, stream, 0, int32(len(f.order)), chunkCallback{f})
		return
	}
	for i, place := range f.order {
		f.client.Stream(ctx, fmt.Sprintf("%d_%d", stream, i), &downloadCallback{fetcher: f, place: place})
	}
}

func (f *fetcher) arrived(place int, data api.ManagedBuffer) {
	f.service.stats.received.Add(1)
	f.service.stats.bytes.Add(uint64(data.Size()))
	if audit := f.service.cfg.Audit; audit != nil {
		data.Retain()
		data = watch(audit, "fetched ", f.ids[place], data)
		defer data.Release()
	}
	f.sink.success(place, data)
}

// chunkCallback hears of the chunks.
type chunkCallback struct{ *fetcher }

func (f chunkCallback) OnSuccess(index int32, data api.ManagedBuffer) {
	f.arrived(f.order[index], data)
}

func (f chunkCallback) OnFailure(index int32, cause error) { f.sink.failure(f.order[index], cause) }
