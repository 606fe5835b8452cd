// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// opening is a fetch of ids from a scripted server, the message that it must send, and the chunks that it gets. The chunk
// of each block holds its id, and is missing where absent says so.
type opening struct {
	cfg    api.BlockTransferConfig
	ids    []string
	served []string // the ids in the order of the chunks; nil: as ids
	absent map[string]bool
	want   blockwire.Message
}

// run fetches once, without retries, and checks the request, the order of the chunks, and that every block ends once.
func (o opening) run(t *testing.T) {
	t.Helper()
	inWorlds(t, func(s *stage) {
		served := o.served
		if served == nil {
			served = o.ids
		}
		server := &scriptedServer{}
		for _, id := range served {
			var chunk api.ManagedBuffer
			if !o.absent[id] {
				chunk = api.NewBytesBuffer([]byte("data of " + id))
			}
			server.chunks = append(server.chunks, chunk)
		}
		cfg := o.cfg
		cfg.AppID, cfg.MaxRetries = "app-id", -1
		h := newHeard()
		s.service(s.near, cfg, noBlocks{}).FetchBlocks(s.ctx, s.scripted(server), "exec-id", o.ids, h)
		s.until("each block's outcome", func() bool { return h.count() >= len(o.ids) })
		requests, asked := server.seen()
		if diff := cmp.Diff([]blockwire.Message{o.want}, requests); diff != "" {
			s.Errorf("request (-want +got):\n%s", diff)
		}
		for i, index := range asked {
			if int(index) != i {
				s.Errorf("chunks are asked for in the order %v", asked)
			}
		}
		if !slices.Equal(h.order, served) || len(asked) != len(served) {
			s.Errorf("heard of %v, want %v", h.order, served)
		}
		for _, id := range o.ids {
			if missing := h.errs[id] != nil; missing != o.absent[id] || !missing && h.data[id] != "data of "+id {
				s.Errorf("%s: %q, %v", id, h.data[id], h.errs[id])
			}
		}
	})
}

// shuffleRequest is FetchShuffleBlocks of shuffle 0.
func shuffleRequest(maps []int64, reduces [][]int32, batch bool) blockwire.Message {
	return blockwire.FetchShuffleBlocks{AppID: "app-id", ExecID: "exec-id", MapIDs: maps, ReduceIDs: reduces, BatchFetchEnabled: batch}
}

func openRequest(ids ...string) blockwire.Message {
	return blockwire.OpenBlocks{AppID: "app-id", ExecID: "exec-id", BlockIDs: ids}
}

func TestOBF01FetchOne(t *testing.T) {
	opening{ids: []string{"shuffle_0_0_0"}, want: shuffleRequest([]int64{0}, [][]int32{{0}}, false)}.run(t)
}

func TestOBF02UseOldProtocol(t *testing.T) {
	o := opening{ids: []string{"shuffle_0_0_0"}, want: openRequest("shuffle_0_0_0")}
	o.cfg.UseOldFetchProtocol = true
	o.run(t)
}

func TestOBF03FetchThreeShuffleBlocks(t *testing.T) {
	ids := []string{"shuffle_0_0_0", "shuffle_0_0_1", "shuffle_0_0_2"}
	opening{ids: ids, want: shuffleRequest([]int64{0}, [][]int32{{0, 1, 2}}, false)}.run(t)
}

func TestOBF04BatchFetchThreeShuffleBlocks(t *testing.T) {
	opening{ids: []string{"shuffle_0_0_0_3"}, want: shuffleRequest([]int64{0}, [][]int32{{0, 3}}, true)}.run(t)
}

func TestOBF05FetchThree(t *testing.T) {
	opening{ids: []string{"b0", "b1", "b2"}, want: openRequest("b0", "b1", "b2")}.run(t)
}

// Spark reports a failed chunk for every later block too, so that those are heard of twice; ours once each.
func TestOBF06Failure(t *testing.T) {
	o := opening{ids: []string{"b0", "b1", "b2"}, want: openRequest("b0", "b1", "b2")}
	o.absent = map[string]bool{"b1": true, "b2": true}
	o.run(t)
}

func TestOBF07FailureAndSuccess(t *testing.T) {
	o := opening{ids: []string{"b0", "b1", "b2"}, want: openRequest("b0", "b1", "b2")}
	o.absent = map[string]bool{"b1": true}
	o.run(t)
}

// In Spark the fetcher of no blocks cannot be made; ours has nothing to say.
func TestOBF08EmptyBlockFetch(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server, h := &scriptedServer{}, newHeard()
		svc := s.service(s.near, api.BlockTransferConfig{}, noBlocks{})
		svc.FetchBlocks(s.ctx, s.scripted(server), "exec-id", nil, h)
		if got := api.FetchBlocks(s.ctx, svc, svc.Address(), "exec-id", nil); len(got) != 0 {
			s.Error(got)
		}
		if err := svc.Close(s.ctx); err != nil {
			s.Error(err)
		}
		if requests, _ := server.seen(); len(requests) > 0 || h.count() > 0 {
			s.Errorf("requests %v, heard of %v", requests, h.order)
		}
	})
}

func TestOBF09FetchShuffleBlocksOrder(t *testing.T) {
	opening{
		ids:    []string{"shuffle_0_0_0", "shuffle_0_2_1", "shuffle_0_10_2", "shuffle_0_2_0"},
		served: []string{"shuffle_0_0_0", "shuffle_0_2_1", "shuffle_0_2_0", "shuffle_0_10_2"},
		want:   shuffleRequest([]int64{0, 2, 10}, [][]int32{{0}, {1, 0}, {2}}, false),
	}.run(t)
}

func TestOBF10BatchFetchShuffleBlocksOrder(t *testing.T) {
	ids := []string{"shuffle_0_0_1_2", "shuffle_0_2_2_3", "shuffle_0_10_3_4", "shuffle_0_2_5_7"}
	opening{ids: ids, want: shuffleRequest([]int64{0, 2, 10, 2}, [][]int32{{1, 2}, {2, 3}, {3, 4}, {5, 7}}, true)}.run(t)
}

func chunkRequest() blockwire.Message {
	return blockwire.FetchShuffleBlockChunks{AppID: "app-id", ExecID: "exec-id", ReduceIDs: []int32{0}, ChunkIDs: [][]int32{{0, 1, 2}}}
}

var chunkIDs = []string{"shuffleChunk_0_0_0_0", "shuffleChunk_0_0_0_1", "shuffleChunk_0_0_0_2"}

func TestOBF11ShuffleBlockChunksFetch(t *testing.T) {
	opening{ids: chunkIDs, want: chunkRequest()}.run(t)
}

func TestOBF12ShuffleBlockChunkFetchFailure(t *testing.T) {
	opening{ids: chunkIDs, absent: map[string]bool{chunkIDs[1]: true}, want: chunkRequest()}.run(t)
}

func TestOBF13InvalidShuffleBlockIds(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := &scriptedServer{}
		address := s.scripted(server)
		svc := s.service(s.near, api.BlockTransferConfig{}, noBlocks{})
		for _, c := range []struct {
			ids  []string
			want string // of the last block's failure
		}{
			{[]string{"shuffle_0_0"}, "Unexpected shuffle block id format: shuffle_0_0"},
			{[]string{"shuffleChunk_0_0_0_0_0"}, "Unexpected shuffle block id format: shuffleChunk_0_0_0_0_0"},
			{[]string{"shuffle_0_0_0", "shuffle_0_0_0_1"}, "Unexpected shuffle block id format: shuffle_0_0_0_1"},
			{[]string{"shuffle_0_x_0"}, "Unexpected shuffle block id format: shuffle_0_x_0"},
			{[]string{"shuffle_0_0_0", "shuffle_1_0_0"}, "Expected shuffleId=0, got:shuffle_1_0_0"},
			{[]string{"shuffleChunk_0_0_0_0", "shuffleChunk_0_1_0_0"}, "Expected shuffleId = 0 and shuffleMergeId = 0 but got shuffleChunk_0_1_0_0"},
		} {
			for _, got := range api.FetchBlocks(s.ctx, svc, address, "exec-id", c.ids) {
				if got.Err == nil || !strings.HasSuffix(got.Err.Error(), ": "+c.want) {
					s.Errorf("%s: %v", got.ID, got.Err)
				}
			}
		}
		if requests, _ := server.seen(); len(requests) > 0 {
			s.Errorf("requests %v", requests)
		}
	})
}

// TestOtherNumberOfChunks: a stream of more or fewer chunks than blocks were asked for fails them all, and nothing of it is asked
// for. Spark fails when the chunk comes that is one too many.
func TestOtherNumberOfChunks(t *testing.T) {
	inWorlds(t, func(s *stage) {
		client := s.service(s.near, api.BlockTransferConfig{}, noBlocks{})
		for _, n := range []int{0, 1, 3} {
			server := &scriptedServer{chunks: make([]api.ManagedBuffer, n)}
			address := s.scripted(server)
			for _, got := range api.FetchBlocks(s.ctx, client, address, "exec-id", []string{"b0", "b1"}) {
				if want := fmt.Sprintf("%d chunks for 2 blocks", n); got.Err == nil || !strings.Contains(got.Err.Error(), want) {
					s.Errorf("%s: %v, want %q", got.ID, got.Err, want)
				}
			}
			if requests, asked := server.seen(); len(requests) != 1 || len(asked) > 0 {
				s.Errorf("%d requests, chunks %v", len(requests), asked)
			}
		}
	})
}
