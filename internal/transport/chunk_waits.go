// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"cmp"
	"slices"
)

// chunkID names a chunk of a numeric stream.
type chunkID struct {
	stream int64
	index  int32
}

// chunkWaits are the chunks that are waited for, as ranges: so that a hundred thousand cost no more than a few, as long
// as they come about in order. The zero value is empty.
type chunkWaits struct {
	streams map[int64][]chunkRange // in the order of the requests
	count   int
}

// chunkRange is the chunks from first up to end of one stream.
type chunkRange struct {
	first, end int64
	cb         ChunkCallback
}

// add registers cb for n chunks from id on, and returns how many: fewer when the next is waited for already.
func (w *chunkWaits) add(id chunkID, n int32, cb ChunkCallback) int32 {
	first := int64(id.index)
	end := first + int64(n)
	for _, r := range w.streams[id.stream] {
		if r.end > first && r.first < end {
			end = max(first, r.first)
		}
	}
	if end == first {
		return 0
	}
	if w.streams == nil {
		w.streams = map[int64][]chunkRange{}
	}
	w.streams[id.stream] = append(w.streams[id.stream], chunkRange{first, end, cb})
	w.count += int(end - first)
	return int32(end - first)
}

// find returns the place of the range that holds id, -1 when nobody waits for it.
func (w *chunkWaits) find(id chunkID) int {
	return slices.IndexFunc(w.streams[id.stream], func(r chunkRange) bool { return r.first <= int64(id.index) && int64(id.index) < r.end })
}

// take returns the callback of a chunk and forgets it, nil when nobody waits for it.
func (w *chunkWaits) take(id chunkID) ChunkCallback {
	at := w.find(id)
	if at < 0 {
		return nil
	}
	ranges := w.streams[id.stream]
	r, index := ranges[at], int64(id.index)
	switch {
	case r.end-r.first == 1 && len(ranges) == 1:
		delete(w.streams, id.stream)
	case r.end-r.first == 1:
		w.streams[id.stream] = slices.Delete(ranges, at, at+1)
	case index == r.first:
		ranges[at].first++
	case index == r.end-1:
		ranges[at].end--
	default:
		ranges[at].end = index
		w.streams[id.stream] = slices.Insert(ranges, at+1, chunkRange{index + 1, r.end, r.cb})
	}
	w.count--
	return r.cb
}

// fail ends every wait, in the order of the chunks.
func (w *chunkWaits) fail(cause error) {
	for _, stream := range sortedKeys(w.streams, cmp.Compare[int64]) {
		ranges := w.streams[stream]
		slices.SortFunc(ranges, func(a, b chunkRange) int { return int(a.first - b.first) })
		for _, r := range ranges {
			for i := r.first; i < r.end; i++ {
				r.cb.OnFailure(int32(i), cause)
			}
		}
	}
}
