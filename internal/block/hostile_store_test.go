// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// rogue is a block manager that panics, or hands out nothing, as the ids say.
type rogue struct{ *store }

func (r rogue) GetBlockData(id string) (api.ManagedBuffer, error) {
	switch id {
	case "panic":
		panic(fmt.Errorf("get: %w", errors.New("broken index")))
	case "nothing":
		return nil, nil
	}
	b, err := r.store.GetBlockData(id)
	if err == nil {
		b.Retain()
	}
	return b, err
}

func (rogue) PutBlockDataAsStream(id string, _ []byte) (api.BlockSink, error) {
	switch id {
	case "shuffle_0_0_0":
		return nil, nil
	case "shuffle_0_0_1":
		panic("no sink")
	}
	return rogueSink(id), nil
}

// rogueSink panics where its id says, and in Abort.
type rogueSink string

func (s rogueSink) Write(p []byte) (int, error) {
	if s == "shuffle_0_0_2" {
		panic("in write")
	}
	return len(p), nil
}

func (s rogueSink) Commit() error { panic("in commit") }

func (s rogueSink) Abort(error) { panic("in abort") }

// TestRogueBlockManager: a block manager that panics fails what it was asked for, each block once, and nothing is left.
func TestRogueBlockManager(t *testing.T) {
	inWorlds(t, func(s *stage) {
		held := counted([]byte("held"))
		server := s.service(s.far, api.BlockTransferConfig{}, rogue{&store{blocks: map[string]api.ManagedBuffer{"held": held, "good": api.NewBytesBuffer([]byte("good"))}}})
		client := s.service(s.near, api.BlockTransferConfig{MaxRetries: -1}, noBlocks{})
		for _, bad := range []string{"panic", "nothing"} {
			for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", []string{"held", bad}) {
				if b, ok := errors.AsType[*api.BlockError](got.Err); !ok || b.BlockID != got.ID {
					s.Errorf("%s: %v", got.ID, got.Err)
				}
			}
		}
		for i, want := range []string{"NullPointerException", "no sink", "in write", "in commit"} {
			id := fmt.Sprint("shuffle_0_0_", i)
			client := s.service(s.near, api.BlockTransferConfig{}, noBlocks{}) // for most of them end its connection
			if err := client.UploadBlock(s.ctx, server.Address(), "1", id, api.NewBytesBuffer([]byte("data")), nil); err == nil || !strings.Contains(err.Error(), want) {
				s.Errorf("upload %s: %v, want %s", id, err, want)
			}
		}
		for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", []string{"good"}) {
			if got.Err != nil {
				s.Error("after all that:", got.Err)
			} else {
				got.Data.Release()
			}
		}
		if n := held.refs.Load(); n != 1 {
			s.Errorf("%d references to a block that was served beside a panic, want its owner's", n)
		}
	})
}

// TestPanicOfARange: what the body of a range panics with does not keep the block.
func TestPanicOfARange(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, sources, _ := s.many(3)
		defer func() {
			if p := recover(); p != "enough" {
				s.Error("recovered", p)
			}
		}()
		for range (api.BlockFetch{Service: m, Sources: sources}).All(s.ctx) {
			panic("enough")
		}
	})
}
