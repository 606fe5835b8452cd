// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// pushed pushes blocks one after another, and tells how each ended.
func (s *stage) pushed(from api.BlockTransferService, to api.RpcAddress, ids ...string) (outcomes []api.PushOutcome) {
	s.Helper()
	for _, id := range ids {
		h := newHeard()
		from.PushBlocks(s.ctx, to, []api.PushedBlock{{ID: id, Data: api.NewBytesBuffer([]byte(id))}}, h)
		s.until("the outcome of "+id, func() bool { return h.count() == 1 })
		outcomes = append(outcomes, h.outcome(id))
	}
	return outcomes
}

// TestMerge: who merges finds in package api all that Spark's executors and driver ask for: blocks are pushed, the merge is
// ended, readers ask what is in it and for its chunks, and it is removed.
func TestMerge(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m := &merger{attempt: 1, merges: map[int32]*merge{}}
		at := s.service(s.far, api.BlockTransferConfig{}, m).Address()
		near := func(attempt int32) api.BlockTransferService {
			return s.service(s.near, api.BlockTransferConfig{AppID: "a", AppAttemptID: attempt}, noBlocks{})
		}
		client, before := near(1), near(0)
		compare := func(what string, got, want any, err error) {
			s.Helper()
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				s.Errorf("%s: %v (-want +got)\n%s", what, err, diff)
			}
		}
		const merged, late = api.PushMerged, api.PushTooLate
		compare("pushes", s.pushed(client, at, "shufflePush_0_3_0_0", "shufflePush_0_3_5_0", "shufflePush_0_3_5_0", "shufflePush_0_3_1_7", "shufflePush_0_2_1_7"),
			[]api.PushOutcome{merged, merged, merged, merged, api.PushStale}, nil)
		compare("a push of an earlier attempt", s.pushed(before, at, "shufflePush_0_3_9_0"), []api.PushOutcome{api.PushTooOld}, nil)

		if all, err := before.FinalizeShuffleMerge(s.ctx, at, 0, 3); err == nil || !strings.Contains(err.Error(), "finalize merge 3 of shuffle 0 ") || !strings.Contains(err.Error(), "AppAttemptID:-1") {
			s.Error(all, err)
		}
		all, err := client.FinalizeShuffleMerge(s.ctx, at, 0, 3)
		compare("finalize", all, []api.MergeStatus{{ReduceID: 0, Maps: []uint32{0, 5}, Size: 38}, {ReduceID: 7, Maps: []uint32{1}, Size: 19}}, err)
		compare("pushes behind the end", s.pushed(client, at, "shufflePush_0_3_9_0"), []api.PushOutcome{late}, nil)

		meta, err := client.MergedBlockMeta(s.ctx, at, api.MergedBlock{AppID: "a", ShuffleMergeID: 3})
		compare("meta", meta.Chunks, [][]uint32{{0}, {5}}, err)
		compare("chunks", s.fetched(client, at, "shuffleChunk_0_3_0_1", "shuffleChunk_0_3_7_0", "shuffleChunk_0_3_0_0"),
			[]string{"shufflePush_0_3_5_0", "shufflePush_0_3_1_7", "shufflePush_0_3_0_0"}, nil)
		compare("a chunk that is not there", s.fetched(client, at, "shuffleChunk_0_3_0_2"), []string{"block shuffleChunk_0_3_0_2: block not found: "}, nil)

		if err := client.RemoveShuffleMerge(s.ctx, at, 0, -1); err != nil {
			s.Error(err)
		}
		s.until("the removal", func() bool { return len(m.removed()) == 1 })
		compare("removal", m.removed(), []api.ShuffleMerge{{AppID: "a", AppAttemptID: 1, ShuffleMergeID: -1}}, nil)
		if _, err := client.MergedBlockMeta(s.ctx, at, api.MergedBlock{AppID: "a", ShuffleMergeID: 3}); !errors.Is(err, api.ErrBlockNotFound) {
			s.Error(err)
		}
	})
}

// fetched fetches blocks, and returns their bytes, or what the other side says of them.
func (s *stage) fetched(client api.BlockTransferService, at api.RpcAddress, ids ...string) (texts []string) {
	s.Helper()
	for _, got := range api.FetchBlocks(s.ctx, client, at, "1", ids) {
		if got.Err != nil {
			_, text, _ := strings.Cut(got.Err.Error(), "Exception: ")
			text, _, _ = strings.Cut(text, "org.")
			texts = append(texts, text)
			continue
		}
		b, err := got.Data.Bytes()
		if err != nil {
			s.Error(err)
		}
		texts = append(texts, string(b))
		got.Data.Release()
	}
	return texts
}

// TestStaleMerge: who asks for what has been merged once more since is told so in Spark's words, and neither asks again nor tells
// an operator.
func TestStaleMerge(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m := &merger{merges: map[int32]*merge{0: {id: 4, reducers: map[int32]*reducer{0: {}}}}}
		at := s.service(s.far, api.BlockTransferConfig{}, m).Address()
		var failed atomic.Int32
		events := &api.EventListener{BlockFailed: func(api.BlockFailed) { failed.Add(1) }}
		client := s.service(s.near, api.BlockTransferConfig{Listener: events}, noBlocks{})
		_, meta := client.MergedBlockMeta(s.ctx, at, api.MergedBlock{AppID: "a", ShuffleMergeID: 3})
		for what, err := range map[string]error{"meta": meta, "fetch": api.FetchBlocks(s.ctx, client, at, "1", []string{"shuffleChunk_0_3_0_0"})[0].Err} {
			if !errors.Is(err, api.ErrStaleMerge) || !strings.Contains(err.Error(), staleFetch) {
				s.Errorf("%s: %v", what, err)
			}
		}
		if n := client.Stats().Retries; n != 0 || failed.Load() != 0 {
			s.Errorf("%d retries, told of %d failures", n, failed.Load())
		}
	})
}

// lines keeps what is logged.
type lines struct {
	mu  sync.Mutex // never held across a call on the seam
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// TestOneWayFailures: a merge that cannot be removed, or ended, is for the log of who should have, or an answer, and the
// connection lives.
func TestOneWayFailures(t *testing.T) {
	inWorlds(t, func(s *stage) {
		for merge, want := range map[int32]string{1: "nothing to remove", 66: "out of order", 2: "Unexpected message: RemoveShuffleMerge"} {
			var log lines
			var m api.BlockDataManager = &merger{}
			if merge == 2 {
				m = noBlocks{}
			}
			at := s.service(s.far, api.BlockTransferConfig{Logger: slog.New(slog.NewTextHandler(&log, nil))}, m).Address()
			var closed atomic.Int32
			events := &api.EventListener{ConnectionClosed: func(api.ConnectionClosed) { closed.Add(1) }}
			client := s.service(s.near, api.BlockTransferConfig{Listener: events}, noBlocks{})
			if err := client.RemoveShuffleMerge(s.ctx, at, 0, merge); err != nil {
				s.Error(err)
			}
			_, err := client.FinalizeShuffleMerge(s.ctx, at, 0, merge)
			if refusal := map[bool]string{true: "Unexpected message: FinalizeShuffleMerge", false: "nothing is merged"}[merge == 2]; err == nil || !strings.Contains(err.Error(), refusal) {
				s.Error(err)
			}
			if text := log.String(); !strings.Contains(text, want) || closed.Load() != 0 {
				s.Errorf("%d connections ended, logged: %s", closed.Load(), text)
			}
		}
	})
}

// mergeStatuses answers every request with this.
type mergeStatuses struct {
	scriptedServer
	answer blockwire.Message
}

func (m *mergeStatuses) Receive(_ *transport.Client, _ []byte, reply transport.RpcReply) {
	reply.Inline().Success(m.answer.Append(nil))
}

// TestHostileMergeStatuses: an answer that does not fit together, or stands for more than there can be, is an error.
func TestHostileMergeStatuses(t *testing.T) {
	var all wire.Bitmap
	all.AddRange(0, 1<<26-1)
	for want, answer := range map[string]blockwire.Message{
		"0 bitmaps, 1 reducers, 0 sizes": blockwire.MergeStatuses{ReduceIDs: []int32{1}},
		"more than 16777216 maps":        blockwire.MergeStatuses{Bitmaps: []wire.Bitmap{all}, ReduceIDs: []int32{1}, Sizes: []int64{1}},
		"message type 3 is not 14":       blockwire.StreamHandle{},
	} {
		inWorlds(t, func(s *stage) {
			client := s.service(s.near, api.BlockTransferConfig{}, noBlocks{})
			if got, err := client.FinalizeShuffleMerge(s.ctx, s.scripted(&mergeStatuses{answer: answer}), 0, 3); err == nil || !strings.Contains(err.Error(), want) {
				s.Error(got, err)
			}
		})
	}
}
