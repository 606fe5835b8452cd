// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

var pushIDs = []string{"shufflePush_0_0_0_0", "shufflePush_0_0_1_0", "shufflePush_0_0_2_0"}

// push pushes as many of these blocks as the server has answers, without retries, checks the headers and that each block
// ends once and is released, and returns how each ended.
func push(s *stage, answers ...blockwire.ReturnCode) *heard {
	s.Helper()
	server, h := &scriptedServer{pushes: answers}, newHeard()
	var blocks []api.PushedBlock
	var buffers []*countedBuffer
	var want []blockwire.Message
	for i, id := range pushIDs[:len(answers)] {
		buffers = append(buffers, counted(random(100*i)))
		blocks = append(blocks, api.PushedBlock{ID: id, Data: buffers[i]})
		want = append(want, blockwire.PushBlockStream{AppID: "app-id", AppAttemptID: -1, MapIndex: int32(i), Index: int32(i)})
	}
	s.service(s.near, api.BlockTransferConfig{AppID: "app-id", MaxRetries: -1}, noBlocks{}).PushBlocks(s.ctx, s.scripted(server), blocks, h)
	s.until("each block's outcome", func() bool { return h.count() >= len(blocks) })
	s.until("the release of every block", func() bool {
		for _, b := range buffers {
			if b.refs.Load() != 0 {
				return false
			}
		}
		return true
	})
	sent := len(want)
	if i := slices.Index(answers, blockwire.TooLateBlockPush); i >= 0 {
		sent = i + 1 // the others are not sent any more, if that is known in time
	}
	s.until("every push", func() bool { requests, _ := server.seen(); return len(requests) >= sent })
	requests, _ := server.seen()
	if diff := cmp.Diff(want[:max(sent, len(requests))], requests); diff != "" {
		s.Errorf("requests (-want +got):\n%s", diff)
	}
	if h.count() != len(blocks) {
		s.Errorf("heard of %v", h.order)
	}
	return h
}

// outcome is the code that a pushed block ended with.
func (h *heard) outcome(id string) api.PushOutcome {
	h.mu.Lock()
	defer h.mu.Unlock()
	if refused, ok := errors.AsType[*api.BlockPushError](h.errs[id]); ok {
		return refused.Outcome
	}
	if h.errs[id] != nil {
		return 99
	}
	return api.PushMerged
}

// ended compares how the blocks of a push ended.
func (s *stage) ended(h *heard, want ...api.PushOutcome) {
	s.Helper()
	for i, w := range want {
		if got := h.outcome(pushIDs[i]); got != w {
			s.Errorf("%s ended as %d, want %d: %v", pushIDs[i], got, w, h.errs[pushIDs[i]])
		}
	}
}

func TestOBP01PushOne(t *testing.T) {
	inWorlds(t, func(s *stage) { s.ended(push(s, blockwire.Success), api.PushMerged) })
}

func TestOBP02PushThree(t *testing.T) {
	inWorlds(t, func(s *stage) {
		s.ended(push(s, blockwire.Success, blockwire.Success, blockwire.Success), api.PushMerged, api.PushMerged, api.PushMerged)
	})
}

func TestOBP03ServerFailures(t *testing.T) {
	inWorlds(t, func(s *stage) {
		h := push(s, blockwire.Success, blockwire.BlockAppendCollisionDetected, blockwire.BlockAppendCollisionDetected)
		s.ended(h, api.PushMerged, api.PushCollision, api.PushCollision)
	})
}

// In Spark block 2 fails twice: with the failure of block 1, and with its own. Here it is heard of once.
func TestOBP04HandlingRetriableFailures(t *testing.T) {
	inWorlds(t, func(s *stage) {
		h := push(s, blockwire.Success, blockwire.TooLateBlockPush, blockwire.BlockAppendCollisionDetected)
		s.ended(h, api.PushMerged, api.PushTooLate, api.PushTooLate)
	})
}

// TestPushOfOtherIDs: what is no push id fails, with what stands behind it, and nothing is sent.
func TestPushOfOtherIDs(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server, h := &scriptedServer{}, newHeard()
		a, b := counted(nil), counted(nil)
		s.service(s.near, api.BlockTransferConfig{}, noBlocks{}).PushBlocks(s.ctx, s.scripted(server), []api.PushedBlock{{ID: "shuffle_0_0_0", Data: a}, {ID: "rdd_1_1", Data: b}}, h)
		s.until("both outcomes", func() bool { return h.count() == 2 })
		const want = "Unexpected shuffle push block id format: shuffle_0_0_0"
		s.until("the release of both", func() bool { return a.refs.Load() == 0 && b.refs.Load() == 0 })
		if cause := errors.Unwrap(h.errs["shuffle_0_0_0"]); cause == nil || cause.Error() != want {
			s.Error(cause)
		}
	})
}

// TestCollisionsAreNotPushedAgain: a collision is no I/O error, so it costs no other attempt, nor do the blocks behind it.
func TestCollisionsAreNotPushedAgain(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server, h := &scriptedServer{pushes: []blockwire.ReturnCode{blockwire.Success, blockwire.BlockAppendCollisionDetected, blockwire.Success}}, newHeard()
		var blocks []api.PushedBlock
		for _, id := range pushIDs {
			blocks = append(blocks, api.PushedBlock{ID: id, Data: api.NewBytesBuffer(nil)})
		}
		client := s.service(s.near, api.BlockTransferConfig{RetryWait: 1}, noBlocks{})
		client.PushBlocks(s.ctx, s.scripted(server), blocks, h)
		s.until("every outcome", func() bool { return h.count() == 3 })
		s.ended(h, api.PushMerged, api.PushCollision, api.PushMerged)
		if requests, _ := server.seen(); len(requests) != 3 || client.Stats().Retries != 0 {
			s.Errorf("%d retries: %v", client.Stats().Retries, requests)
		}
	})
}
