// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/api"
)

// able is a block manager that can do everything.
type able struct {
	noBlocks
	mu     sync.Mutex // never held across a call on the seam
	blocks map[string]string
	broken []string // blocks that were aborted
	asked  []api.CorruptBlock
}

func newAble() *able { return &able{blocks: map[string]string{}} }

// ableSink keeps a block under a name; a name tells how it ends.
type ableSink struct {
	m    *able
	name string
	got  bytes.Buffer
}

func (k *ableSink) Write(p []byte) (int, error) {
	if strings.Contains(k.name, "unwritable") {
		return 0, errors.New("no room")
	}
	return k.got.Write(p)
}

func (k *ableSink) Commit() error {
	if strings.Contains(k.name, "rejected") {
		return errors.New("not wanted")
	}
	if strings.HasPrefix(k.name, "push 2") {
		return &api.BlockPushError{BlockID: k.name, Outcome: api.PushCollision}
	}
	k.m.mu.Lock()
	defer k.m.mu.Unlock()
	k.m.blocks[k.name] = k.got.String()
	return nil
}

func (k *ableSink) Abort(error) {
	k.m.mu.Lock()
	defer k.m.mu.Unlock()
	k.m.broken = append(k.m.broken, k.name)
}

func (m *able) PutBlockDataAsStream(id string, metadata []byte) (api.BlockSink, error) {
	if id == "refused" {
		return nil, errors.New("refused")
	}
	return &ableSink{m: m, name: id + " " + string(metadata)}, nil
}

func (m *able) ReceivePush(p api.BlockPush) (api.BlockSink, error) {
	if p.MapIndex == 1 {
		return nil, &api.BlockPushError{BlockID: "any", Outcome: api.PushTooOld}
	}
	return &ableSink{m: m, name: fmt.Sprint("push ", p.MapIndex)}, nil
}

func (m *able) MergedBlockMeta(b api.MergedBlock) (api.MergedBlockMeta, error) {
	if b.ReduceID == 9 {
		return api.MergedBlockMeta{}, errors.New("nothing merged")
	}
	return api.MergedBlockMeta{Chunks: [][]uint32{{1, 5}, nil, {70_000}}}, nil
}

func (m *able) MergedBlockData(api.MergedBlock, int32) (api.ManagedBuffer, error) { return nil, nil }

func (m *able) DiagnoseCorruption(b api.CorruptBlock) api.CorruptionCause {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, b)
	return api.NetworkIssue
}

// TestUploadsGoToTheSink: a manager that takes streams gets the bytes; how it ends is told once.
func TestUploadsGoToTheSink(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m := newAble()
		server := s.service(s.far, api.BlockTransferConfig{}, m)
		upload := func(id string) error { // over a connection of its own, for a refusal ends it
			client := s.service(s.near, api.BlockTransferConfig{MaxBlockInMemory: 1}, noBlocks{})
			return client.UploadBlock(s.ctx, server.Address(), "1", id, api.NewBytesBuffer(random(300_000)), []byte("meta"))
		}
		for id, want := range map[string]string{
			"rdd_1_1": "", "rejected": "not wanted", "unwritable": "no room", "refused": "refused",
		} {
			err := upload(id)
			if (err == nil) != (want == "") || want != "" && !strings.Contains(err.Error(), want) {
				s.Errorf("%s: %v", id, err)
			}
		}
		if got := m.blocks["rdd_1_1 meta"]; got != string(random(300_000)) || len(m.blocks) != 1 {
			s.Errorf("stored %d blocks, %d bytes", len(m.blocks), len(got))
		}
		slices.Sort(m.broken)
		if !slices.Equal(m.broken, []string{"rejected meta", "unwritable meta"}) {
			s.Errorf("aborted %v", m.broken)
		}
	})
}

// TestPushesAreMerged: what the manager does not want is told by its code, over a connection that lives.
func TestPushesAreMerged(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, h := newAble(), newHeard()
		server := s.service(s.far, api.BlockTransferConfig{}, m)
		client := s.service(s.near, api.BlockTransferConfig{MaxRetries: -1}, noBlocks{})
		var blocks []api.PushedBlock
		for i, id := range []string{"shufflePush_0_0_0_0", "shufflePush_0_0_2_0", "shufflePush_0_0_3_0", "shufflePush_0_0_1_0"} {
			blocks = append(blocks, api.PushedBlock{ID: id, Data: api.NewBytesBuffer(random(i))})
		}
		client.PushBlocks(s.ctx, server.Address(), blocks, h)
		s.until("every outcome", func() bool { return h.count() == 4 })
		for id, want := range map[string]api.PushOutcome{
			"shufflePush_0_0_0_0": api.PushMerged, "shufflePush_0_0_2_0": api.PushCollision, "shufflePush_0_0_3_0": api.PushMerged, "shufflePush_0_0_1_0": api.PushTooOld,
		} {
			if got := h.outcome(id); got != want {
				s.Errorf("%s: %d, want %d: %v", id, got, want, h.errs[id])
			}
		}
		if len(m.blocks) != 2 || !slices.Equal(m.broken, []string{"push 2"}) {
			s.Errorf("merged %v, aborted %v", m.blocks, m.broken)
		}
	})
}

func TestPushesAreRefusedByWhoCannotMerge(t *testing.T) {
	inWorlds(t, func(s *stage) {
		h := newHeard()
		server := s.service(s.far, api.BlockTransferConfig{}, noBlocks{})
		client := s.service(s.near, api.BlockTransferConfig{MaxRetries: -1}, noBlocks{})
		client.PushBlocks(s.ctx, server.Address(), []api.PushedBlock{{ID: "shufflePush_0_0_0_0", Data: api.NewBytesBuffer(nil)}}, h)
		s.until("the outcome", func() bool { return h.count() == 1 })
		if err := h.errs["shufflePush_0_0_0_0"]; err == nil || !strings.Contains(err.Error(), "Unexpected message: PushBlockStream") {
			s.Error(err)
		}
	})
}

func TestMergedBlockMeta(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.service(s.far, api.BlockTransferConfig{}, newAble())
		client := s.service(s.near, api.BlockTransferConfig{}, noBlocks{})
		got, err := client.MergedBlockMeta(s.ctx, server.Address(), api.MergedBlock{AppID: "a", ReduceID: 1})
		if diff := cmp.Diff([][]uint32{{1, 5}, {}, {70_000}}, got.Chunks); diff != "" || err != nil {
			s.Error(err, diff)
		}
		if _, err := client.MergedBlockMeta(s.ctx, server.Address(), api.MergedBlock{AppID: "a", ReduceID: 9}); err == nil || !strings.Contains(err.Error(), "nothing merged") {
			s.Error(err)
		}
		if _, err := server.MergedBlockMeta(s.ctx, client.Address(), api.MergedBlock{}); err == nil || !strings.Contains(err.Error(), "no merged blocks here") {
			s.Error(err)
		}
	})
}

func TestDiagnoseCorruption(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m := newAble()
		server := s.service(s.far, api.BlockTransferConfig{}, m)
		client := s.service(s.near, api.BlockTransferConfig{}, noBlocks{})
		block := api.CorruptBlock{BlockID: "shuffle_1_2_3", Algorithm: api.CRC32C, Checksum: 1<<32 - 1}
		if got := client.DiagnoseCorruption(s.ctx, server.Address(), "1", block); got != api.NetworkIssue {
			s.Error(got)
		}
		if !slices.Equal(m.asked, []api.CorruptBlock{block}) {
			s.Error(m.asked)
		}
		for _, id := range []string{"rdd_1_1", "shuffle_1_2_3_4"} {
			if got := client.DiagnoseCorruption(s.ctx, server.Address(), "1", api.CorruptBlock{BlockID: id}); got != api.UnknownIssue {
				s.Error(id, got)
			}
		}
		if got := server.DiagnoseCorruption(s.ctx, client.Address(), "1", block); got != api.UnknownIssue {
			s.Error("of a manager that cannot tell:", got)
		}
	})
}
