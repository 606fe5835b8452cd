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
	case "mute":
		return nil, mute{}
	case "wrapped mute":
		return nil, &api.BlockError{Op: "read", Cause: mute{}}
	case "nil error":
		return nil, (*api.BlockError)(nil)
	}
	b, err := r.store.GetBlockData(id)
	if err == nil {
		b.Retain()
	}
	return b, err
}

// mute is an error that panics when it is printed or asked.
type mute struct{}

func (mute) Error() string { panic("mute in Error") }
func (mute) Is(error) bool { panic("mute in Is") }

func (rogue) PutBlockData(string, api.ManagedBuffer, []byte) error { return mute{} }

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
		for _, bad := range []string{"panic", "nothing", "mute", "wrapped mute", "nil error"} {
			for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", []string{"held", bad}) {
				if b, ok := errors.AsType[*api.BlockError](got.Err); !ok || b.BlockID != got.ID {
					s.Errorf("%s: %v", got.ID, got.Err)
				}
			}
		}
		if err := client.UploadBlock(s.ctx, server.Address(), "1", "rdd_0_0", api.NewBytesBuffer([]byte("data")), nil); err == nil || errors.Is(err, api.ErrConnectionClosed) || !strings.Contains(err.Error(), "mute") {
			s.Errorf("upload that is refused by a mute: %v", err)
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

// sized is a buffer that does not have as many bytes as it says.
type sized struct {
	api.ManagedBuffer
	size int64
}

func (b sized) Size() int64 { return b.size }

// TestBuffersOfAnotherSize: a block that has fewer bytes than its buffer says, or more, fails; those of the next are never
// taken for its own, and come.
func TestBuffersOfAnotherSize(t *testing.T) {
	inWorlds(t, func(s *stage) {
		bad := map[string]api.ManagedBuffer{"short": sized{api.NewBytesBuffer([]byte("abc")), 10}, "long": sized{api.NewBytesBuffer([]byte("abcdef")), 2}}
		bad["good"] = api.NewBytesBuffer([]byte("good"))
		server := s.service(s.far, api.BlockTransferConfig{}, &store{blocks: bad})
		client := s.service(s.near, api.BlockTransferConfig{MaxRetries: -1}, noBlocks{})
		for _, id := range []string{"short", "long"} {
			for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", []string{id, "good"}) {
				if good := got.ID == "good"; good != (got.Err == nil) {
					s.Errorf("%s beside %s: %v", got.ID, id, got.Err)
				}
				if got.Err == nil {
					got.Data.Release()
				}
			}
			if err := client.UploadBlock(s.ctx, server.Address(), "1", "shuffle_0_0_0", bad[id], nil); err == nil || !strings.Contains(err.Error(), "a buffer of") {
				s.Errorf("upload of %s: %v", id, err)
			}
		}
	})
}

// TestHostileIDs: a block asked for twice comes twice, and an id that cannot travel is refused.
func TestHostileIDs(t *testing.T) {
	inWorlds(t, func(s *stage) {
		blocks := map[string]api.ManagedBuffer{"": api.NewBytesBuffer([]byte("none")), "\ufffd": api.NewBytesBuffer([]byte("other"))}
		for _, id := range []string{"é _\x00", "shuffle_0_9223372036854775807_2147483647", "shuffle_0_1_0", "_", strings.Repeat("x", 70_000)} {
			blocks[id] = api.NewBytesBuffer([]byte(id))
		}
		server := s.service(s.far, api.BlockTransferConfig{}, &store{blocks: blocks})
		client := s.service(s.near, api.BlockTransferConfig{MaxRetries: -1}, noBlocks{})
		for id, data := range blocks {
			for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", []string{id, id, id}) {
				if got.ID != id || got.Err != nil {
					s.Errorf("%.20q: %.20q, %v", id, got.ID, got.Err)
					continue
				}
				want, err := data.Bytes()
				if b, _ := got.Data.Bytes(); err != nil || string(b) != string(want) {
					s.Errorf("%.20q: %.20q", id, b)
				}
				got.Data.Release()
			}
		}
		for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", []string{"\xff"}) {
			if got.Err == nil || !strings.Contains(got.Err.Error(), "not UTF-8") {
				s.Error("fetch:", got.Err)
			}
		}
		if err := client.UploadBlock(s.ctx, server.Address(), "1", "\xff", api.NewBytesBuffer(nil), nil); err == nil || !strings.Contains(err.Error(), "not UTF-8") {
			s.Error("upload:", err)
		}
	})
}

// TestMissingBlockIsNamed: who asked for several blocks hears which of them was not there, also of a block manager that does
// not say so.
func TestMissingBlockIsNamed(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.service(s.far, api.BlockTransferConfig{}, nameless{&store{blocks: map[string]api.ManagedBuffer{"here": api.NewBytesBuffer([]byte("good"))}}})
		client := s.service(s.near, api.BlockTransferConfig{MaxRetries: -1}, noBlocks{})
		for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", []string{"here", "gone"}) {
			if !errors.Is(got.Err, api.ErrBlockNotFound) || !strings.Contains(got.Err.Error(), "BlockNotFoundException: block gone: block not found") {
				s.Errorf("%s: %v", got.ID, got.Err)
			}
		}
	})
}

// nameless is a block manager whose error is the same for all blocks.
type nameless struct{ *store }

func (n nameless) GetBlockData(id string) (api.ManagedBuffer, error) {
	b, err := n.store.GetBlockData(id)
	if err != nil {
		return nil, api.ErrBlockNotFound
	}
	return b, nil
}
