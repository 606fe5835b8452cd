// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/twinwire/twinwire/api"
)

// store is the server's block manager. The first word of an id says where a block lives: "mem" in memory, "file" in a file,
// "torn" in a file that is cut short once it was opened; any other is not there.
type store struct {
	disk *disk

	mu   api.Mutex
	made map[string]bool // files
}

var (
	_ api.BlockDataManager  = (*store)(nil)
	_ api.BlockPushReceiver = (*store)(nil)
)

func newStore(rt api.Runtime, d *disk) *store {
	return &store{disk: d, mu: rt.NewMutex(), made: map[string]bool{}}
}

func (s *store) GetBlockData(id string) (api.ManagedBuffer, error) {
	switch kind, _, _ := strings.Cut(id, "_"); kind {
	case "mem":
		return api.NewBytesBuffer(content(id)), nil
	case "file":
		return s.file(id, 1)
	case "torn":
		return s.file(id, 2)
	}
	return nil, fmt.Errorf("block %s: %w", id, api.ErrBlockNotFound)
}

// file returns a block as a segment of a file, which has but one part in so many of it.
func (s *store) file(id string, parts int) (api.ManagedBuffer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := "blocks/" + id
	if !s.made[id] {
		f, err := s.disk.Files.Create(name) // the server's own disk is never full
		if err != nil {
			return nil, err
		}
		data := content(id)
		_, err = f.Write(data[:len(data)/parts])
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		s.made[id] = true
	}
	size, _ := draw(id)
	return api.NewFileSegment(s.disk, name, 0, int64(size)), nil
}

// PutBlockData takes what it knows.
func (s *store) PutBlockData(id string, data api.ManagedBuffer, _ []byte) error {
	return expect(id, data)
}

// expect says whether data is the content of a block.
func expect(id string, data api.ManagedBuffer) error {
	b, err := data.Bytes()
	if err == nil && !isContent(id, b) {
		err = fmt.Errorf("%d bytes that are not its own", len(b))
	}
	return err
}

// ReceivePush merges nothing, but looks at what comes. Every third block is not wanted.
func (s *store) ReceivePush(p api.BlockPush) (api.BlockSink, error) {
	id := fmt.Sprintf("shufflePush_%d_%d_%d_%d", p.ShuffleID, p.ShuffleMergeID, p.MapIndex, p.ReduceID)
	if p.MapIndex%3 == 2 {
		return nil, &api.BlockPushError{BlockID: id, Outcome: api.PushCollision}
	}
	return &pushed{id: id}, nil
}

// pushed is a block that is being pushed.
type pushed struct {
	id  string
	got []byte
}

func (p *pushed) Write(b []byte) (int, error) {
	p.got = append(p.got, b...)
	return len(b), nil
}
func (p *pushed) Commit() error { return expect(p.id, api.NewBytesBuffer(p.got)) }
func (p *pushed) Abort(error)   {}
