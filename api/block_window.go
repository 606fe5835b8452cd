// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"fmt"
)

// blockWindow is a running [BlockFetch]. Its methods belong to the task that ranges; only the listeners are called by
// others.
type blockWindow struct {
	BlockFetch
	rt      Runtime
	ctx     context.Context
	waiting []*blockRequest // not made yet
	left    int             // blocks that were not yielded
	bytes   int64           // in flight
	flying  int             // requests with blocks that were not taken
	asked   map[RpcAddress]int
	full    bool                 // nothing was taken since the last request that could be made
	again   map[brokenBlock]bool // blocks that arrived broken once
	w       Waiter

	mu     Mutex
	closed bool
	ended  []endedBlock
}

// blockRequest is what one source is asked for at a time.
type blockRequest struct {
	source BlockSource // its Blocks are those of the request
	files  DownloadFileManager
	info   map[string][]BlockInfo // of the blocks that were not taken; of one that is listed more than once, in that order
	left   int                    // blocks that were not taken; the ranging task's
}

type brokenBlock struct {
	from RpcAddress
	id   string
}

// endedBlock is a block that came or failed, and was not taken.
type endedBlock struct {
	FetchedBlock
	request *blockRequest
}

func newBlockWindow(f BlockFetch) *blockWindow {
	rt := f.Service.Runtime()
	w := &blockWindow{BlockFetch: f, rt: rt, w: rt.NewWaiter(), mu: rt.NewMutex(), asked: map[RpcAddress]int{}, again: map[brokenBlock]bool{}}
	for _, s := range f.Sources {
		w.left += len(s.Blocks)
		w.split(s)
	}
	rt.Rand().Shuffle(len(w.waiting), func(i, j int) { w.waiting[i], w.waiting[j] = w.waiting[j], w.waiting[i] })
	return w
}

// split makes the requests for the blocks of a source: of no more than a share of the bytes in flight each, unless one
// block is larger, and those for files by themselves.
func (w *blockWindow) split(s BlockSource) {
	target := max(w.MaxBytesInFlight/requestShare, 1)
	var open *blockRequest
	size := int64(0)
	for _, b := range s.Blocks {
		if w.Files != nil && b.Size > w.MaxBlockInMemory {
			w.request(s, w.Files).add(b)
			continue
		}
		if full := w.MaxBlocksPerSource > 0 && open != nil && len(open.source.Blocks) >= w.MaxBlocksPerSource; open == nil || full || size+b.Size > target {
			open, size = w.request(s, nil), 0
		}
		open.add(b)
		size += b.Size
	}
}

func (w *blockWindow) request(s BlockSource, files DownloadFileManager) *blockRequest {
	s.Blocks = nil
	r := &blockRequest{source: s, files: files, info: map[string][]BlockInfo{}}
	w.waiting = append(w.waiting, r)
	return r
}

func (r *blockRequest) add(b BlockInfo) {
	r.source.Blocks = append(r.source.Blocks, b)
	r.info[b.ID] = append(r.info[b.ID], b)
	r.left++
}

// take takes out what is known of a block.
func (r *blockRequest) take(id string) BlockInfo {
	all := r.info[id]
	r.info[id] = all[1:]
	r.left--
	return all[0]
}

// cost is what a block of the request counts among the bytes in flight.
func (r *blockRequest) cost(b BlockInfo) int64 {
	if r.files != nil {
		return 0
	}
	return b.Size
}

func (r *blockRequest) costs() (sum int64) {
	for _, b := range r.source.Blocks {
		sum += r.cost(b)
	}
	return sum
}

// next returns the next block; false, when all were returned.
func (w *blockWindow) next() (FetchedBlock, bool) {
	for w.left > 0 {
		w.send()
		w.mu.Lock()
		var e endedBlock
		if len(w.ended) > 0 {
			e = w.ended[0]
			w.ended[0] = endedBlock{}
			w.ended = w.ended[1:]
		}
		w.mu.Unlock()
		if e.request == nil {
			// The service answers for every block when ctx ends, so there is no need to end this wait early.
			_ = w.w.Wait(nil) //nolint:staticcheck // a nil context never ends a wait
			continue
		}
		if w.take(&e) {
			w.left--
			return e.FetchedBlock, true
		}
	}
	return FetchedBlock{}, false
}

// send makes the requests that there is room for, in order. One whose source is busy lets those behind it pass.
func (w *blockWindow) send() {
	if w.full {
		return
	}
	kept := w.waiting[:0]
	for i, r := range w.waiting {
		if !w.room(r) {
			kept = append(kept, w.waiting[i:]...)
			break
		}
		if w.busy(r) {
			kept = append(kept, r)
			continue
		}
		w.bytes += r.costs()
		w.flying++
		w.asked[r.source.From] += len(r.source.Blocks)
		w.make(r)
	}
	clear(w.waiting[len(kept):])
	w.waiting, w.full = kept, true
}

// make makes a request.
func (w *blockWindow) make(r *blockRequest) {
	ids := make([]string, len(r.source.Blocks))
	for i, b := range r.source.Blocks {
		ids[i] = b.ID
	}
	if r.files != nil {
		w.Service.FetchBlocksToFiles(w.ctx, r.source.From, r.source.ExecID, ids, r.files, windowListener{w, r})
	} else {
		w.Service.FetchBlocks(w.ctx, r.source.From, r.source.ExecID, ids, windowListener{w, r})
	}
}

// room says whether one more request may be made at all.
func (w *blockWindow) room(r *blockRequest) bool {
	return (w.bytes == 0 || w.bytes+r.costs() <= w.MaxBytesInFlight) && (w.MaxRequestsInFlight <= 0 || w.flying < w.MaxRequestsInFlight)
}

// busy says whether the source of a request has enough to do.
func (w *blockWindow) busy(r *blockRequest) bool {
	at := w.asked[r.source.From]
	return w.MaxBlocksPerSource > 0 && at > 0 && at+len(r.source.Blocks) > w.MaxBlocksPerSource
}

// take counts e out and checks it. It reports false for a block that is fetched once more.
func (w *blockWindow) take(e *endedBlock) bool {
	r, b := e.request, e.request.take(e.ID)
	w.full = false
	w.bytes -= r.cost(b)
	w.asked[r.source.From]--
	if r.left == 0 {
		w.flying--
	}
	if e.Err != nil || b.Algorithm == "" {
		return true
	}
	sum, err := b.Algorithm.Sum(e.Data)
	if err == nil && sum == b.Checksum {
		return true
	}
	e.Data.Release()
	e.Data = nil
	if err != nil {
		e.Err = fmt.Errorf("block %s: %w", b.ID, err)
		return true
	}
	if key := (brokenBlock{r.source.From, b.ID}); !w.again[key] {
		w.again[key] = true
		w.request(r.source, r.files).add(b)
		return false
	}
	broken := CorruptBlock{BlockID: b.ID, Algorithm: b.Algorithm, Checksum: sum}
	cause := w.Service.DiagnoseCorruption(w.ctx, r.source.From, r.source.ExecID, broken)
	e.Err = &CorruptBlockError{CorruptBlock: broken, Want: b.Checksum, Cause: cause}
	return true
}

// close lets go of what came and was not taken; what still comes is not kept.
func (w *blockWindow) close() {
	w.mu.Lock()
	w.closed = true
	left := w.ended
	w.ended = nil
	w.mu.Unlock()
	for _, e := range left {
		if e.Data != nil {
			e.Data.Release()
		}
	}
}

// windowListener hears of one request.
type windowListener struct {
	w       *blockWindow
	request *blockRequest
}

func (l windowListener) OnBlockFetchSuccess(id string, data ManagedBuffer) {
	data.Retain()
	if !l.end(FetchedBlock{ID: id, Data: data}) {
		data.Release()
	}
}

func (l windowListener) OnBlockFetchFailure(id string, cause error) {
	l.end(FetchedBlock{ID: id, Err: cause})
}

func (l windowListener) end(b FetchedBlock) bool {
	l.w.mu.Lock()
	closed := l.w.closed
	if !closed {
		l.w.ended = append(l.w.ended, endedBlock{b, l.request})
	}
	l.w.mu.Unlock()
	l.w.w.Wake()
	return !closed
}
