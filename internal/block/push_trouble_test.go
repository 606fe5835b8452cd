// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// troubledMerger merges pushed blocks, and one thing goes wrong with the block of map 1.
type troubledMerger struct {
	noBlocks
	trouble string

	mu   sync.Mutex // never held across a call on the seam
	ends []string   // how each sink ended
}

func (m *troubledMerger) end(mapIndex int32, how string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ends = append(m.ends, fmt.Sprint(mapIndex, " ", how))
}

// strike does what goes wrong at a place.
func (m *troubledMerger) strike(at string, mapIndex int32) error {
	if mapIndex != 1 {
		return nil
	}
	switch m.trouble {
	case at + " fails":
		return errors.New("no room")
	case at + " panics":
		panic("out of order")
	case at + " refuses without an outcome":
		return &api.BlockPushError{BlockID: "unwanted"}
	case at + " refuses by an unknown outcome":
		return &api.BlockPushError{BlockID: "unwanted", Outcome: 77}
	}
	return nil
}

func (m *troubledMerger) ReceivePush(p api.BlockPush) (api.BlockSink, error) {
	if m.trouble == "there is no sink" && p.MapIndex == 1 {
		return nil, nil
	}
	if err := m.strike("receive", p.MapIndex); err != nil {
		return nil, err
	}
	return &troubledSink{m, p.MapIndex, 0}, nil
}

type troubledSink struct {
	m        *troubledMerger
	mapIndex int32
	size     int
}

func (k *troubledSink) Write(b []byte) (int, error) {
	k.size += len(b)
	return len(b), k.m.strike("write", k.mapIndex)
}

func (k *troubledSink) Commit() error {
	err := k.m.strike("commit", k.mapIndex)
	if err == nil {
		k.m.end(k.mapIndex, fmt.Sprint("merged ", k.size))
	}
	return err
}

func (k *troubledSink) Abort(error) { k.m.end(k.mapIndex, "aborted") }

// lostBlock is a block that is lost when it is to be sent.
type lostBlock struct {
	api.ManagedBuffer
	read func() error
}

func (b lostBlock) Bytes() ([]byte, error) { return nil, b.read() }

// troubledBlock is what is pushed of map 1.
func (s *stage) troubledBlock(trouble string) api.ManagedBuffer {
	whole := api.NewBytesBuffer(random(100_000))
	switch trouble {
	case "the block cannot be read":
		return lostBlock{whole, func() error { return errors.New("bit rot") }}
	case "reading the block panics":
		return lostBlock{whole, func() error { panic("out of order") }}
	case "the file was truncated":
		name := s.near.dir + "/short"
		if f, err := s.near.files.Create(name); err != nil || f.Close() != nil {
			s.Fatal(err)
		}
		return api.NewFileSegment(s.near.files, name, 0, 1000)
	}
	return whole
}

// TestPushesInTrouble: whatever goes wrong with one of four pushes, at either side, each is told once, that one with its name
// and the cause, the others are merged whole, and each sink hears of one end.
func TestPushesInTrouble(t *testing.T) {
	for trouble, want := range map[string]string{
		"none": "", "there is no sink": "null streamHandler",
		"receive fails": "no room", "receive panics": "out of order",
		"write fails": "no room", "write panics": "out of order",
		"commit fails": "no room", "commit panics": "out of order",
		"receive refuses without an outcome": "push outcome 0", "receive refuses by an unknown outcome": "push outcome 77",
		"commit refuses without an outcome": "push outcome 0", "commit refuses by an unknown outcome": "push outcome 77",
		"the block cannot be read": "bit rot", "reading the block panics": "out of order", "the file was truncated": "the file has 0 bytes",
	} {
		t.Run(trouble, func(t *testing.T) {
			inWorlds(t, func(s *stage) {
				m, h := &troubledMerger{trouble: trouble}, newHeard()
				s.push(m, h)
				for i := range 4 {
					id := fmt.Sprintf("shufflePush_0_0_%d_0", i)
					err := h.errs[id]
					failed := i == 1 && want != ""
					if failed != (err != nil) || failed && (!strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "push "+id+" ")) {
						s.Errorf("%s: %v", id, err)
					}
				}
				if len(h.order) != 4 {
					s.Error(h.order)
				}
				wants := []string{"0 merged 100000", "2 merged 100000", "3 merged 100000"}
				switch at, _, _ := strings.Cut(trouble, " "); at {
				case "none":
					wants = slices.Insert(wants, 1, "1 merged 100000")
				case "write", "commit":
					wants = slices.Insert(wants, 1, "1 aborted")
				}
				m.mu.Lock()
				defer m.mu.Unlock()
				if slices.Sort(m.ends); !slices.Equal(m.ends, wants) {
					s.Error(m.ends)
				}
			})
		})
	}
}

// push pushes four blocks to m and waits until all are told of.
func (s *stage) push(m *troubledMerger, h *heard) {
	server := s.service(s.far, api.BlockTransferConfig{}, m)
	client := s.service(s.near, api.BlockTransferConfig{MaxRetries: 1, RetryWait: time.Millisecond}, noBlocks{})
	var blocks []api.PushedBlock
	for i := range 4 {
		data := api.NewBytesBuffer(random(100_000))
		if i == 1 {
			data = s.troubledBlock(m.trouble)
		}
		blocks = append(blocks, api.PushedBlock{ID: fmt.Sprintf("shufflePush_0_0_%d_0", i), Data: data})
	}
	client.PushBlocks(s.ctx, server.Address(), blocks, h)
	s.until("every outcome", func() bool { return h.count() >= 4 })
}
