// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/twinwire/twinwire/api"
)

// merger merges pushed blocks by the rules of Spark's RemoteBlockPushResolver, with what package api offers: each block becomes a
// chunk.
type merger struct {
	noBlocks
	attempt int32 // the latest of the application

	mu       sync.Mutex // never held across a call on the seam
	merges   map[int32]*merge
	removals []api.ShuffleMerge
}

var (
	_ api.BlockPushReceiver   = (*merger)(nil)
	_ api.ShuffleMergeManager = (*merger)(nil)
	_ api.MergedBlockSource   = (*merger)(nil)
)

// merge is the latest of a shuffle.
type merge struct {
	id       int32
	final    bool
	reducers map[int32]*reducer
}

type reducer struct {
	maps   []uint32
	chunks []string
	busy   bool // a block is being taken
}

func (m *merger) ReceivePush(p api.BlockPush) (api.BlockSink, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	refuse := func(why api.PushOutcome) (api.BlockSink, error) { return nil, &api.BlockPushError{Outcome: why} }
	if p.AppAttemptID < m.attempt {
		return refuse(api.PushTooOld)
	}
	of := m.merges[p.ShuffleID]
	switch {
	case of == nil || of.id < p.ShuffleMergeID:
		of = &merge{id: p.ShuffleMergeID, reducers: map[int32]*reducer{}}
		m.merges[p.ShuffleID] = of
	case of.id > p.ShuffleMergeID:
		return refuse(api.PushStale)
	case of.final:
		return refuse(api.PushTooLate)
	}
	r := of.reducers[p.ReduceID]
	if r == nil {
		r = &reducer{}
		of.reducers[p.ReduceID] = r
	}
	s := &mergerSink{merger: m, merge: of, reducer: r, mapIndex: uint32(p.MapIndex), own: !r.busy}
	r.busy = true
	return s, nil
}

// mergerSink takes one block, in memory as long as another is being taken.
type mergerSink struct {
	*merger
	merge    *merge
	reducer  *reducer
	mapIndex uint32
	own      bool // it is the one that is being taken
	got      []byte
}

func (s *mergerSink) Write(b []byte) (int, error) {
	s.got = append(s.got, b...)
	return len(b), nil
}

func (s *mergerSink) Commit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.merge.final:
		return &api.BlockPushError{Outcome: api.PushTooLate}
	case slices.Contains(s.reducer.maps, s.mapIndex): // it has been merged already
	case s.reducer.busy && !s.own:
		return &api.BlockPushError{Outcome: api.PushCollision}
	default:
		s.reducer.maps = append(s.reducer.maps, s.mapIndex)
		s.reducer.chunks = append(s.reducer.chunks, string(s.got))
	}
	s.freeLocked()
	return nil
}

func (s *mergerSink) Abort(error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.freeLocked()
}

func (s *mergerSink) freeLocked() { s.reducer.busy = s.reducer.busy && !s.own }

func (m *merger) FinalizeShuffleMerge(f api.ShuffleMerge) (all []api.MergeStatus, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	of := m.merges[f.ShuffleID]
	if of == nil || of.id != f.ShuffleMergeID || f.AppAttemptID < m.attempt {
		return nil, fmt.Errorf("nothing is merged of %+v", f)
	}
	of.final = true
	for _, id := range slices.Sorted(maps.Keys(of.reducers)) {
		r, size := of.reducers[id], int64(0)
		for _, c := range r.chunks {
			size += int64(len(c))
		}
		if len(r.maps) > 0 {
			all = append(all, api.MergeStatus{ReduceID: id, Maps: slices.Clone(r.maps), Size: size})
		}
	}
	return all, nil
}

func (m *merger) RemoveShuffleMerge(f api.ShuffleMerge) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.removals = append(m.removals, f); f.ShuffleMergeID == 66 {
		panic("out of order")
	}
	if m.merges[f.ShuffleID] == nil {
		return errors.New("nothing to remove")
	}
	delete(m.merges, f.ShuffleID)
	return nil
}

func (m *merger) removed() []api.ShuffleMerge {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.removals)
}

// findLocked returns what is merged of a block.
func (m *merger) findLocked(b api.MergedBlock) (*reducer, error) {
	of := m.merges[b.ShuffleID]
	switch {
	case of == nil || of.reducers[b.ReduceID] == nil:
		return nil, fmt.Errorf("reducer %d: %w", b.ReduceID, api.ErrBlockNotFound)
	case b.ShuffleMergeID < of.id:
		return nil, fmt.Errorf("application %s and shuffle %d: %w", b.AppID, b.ShuffleID, api.ErrStaleMerge)
	}
	return of.reducers[b.ReduceID], nil
}

func (m *merger) MergedBlockMeta(b api.MergedBlock) (meta api.MergedBlockMeta, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.findLocked(b)
	if err != nil {
		return meta, err
	}
	for _, one := range r.maps {
		meta.Chunks = append(meta.Chunks, []uint32{one})
	}
	return meta, nil
}

func (m *merger) MergedBlockData(b api.MergedBlock, chunk int32) (api.ManagedBuffer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.findLocked(b)
	if err != nil {
		return nil, err
	}
	if int(chunk) >= len(r.chunks) {
		return nil, nil
	}
	return counted([]byte(r.chunks[chunk])), nil
}
