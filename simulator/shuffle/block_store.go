// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
)

// blockStore keeps the blocks a host made and serves them.
type blockStore struct {
	mu     api.Mutex
	blocks map[string][]byte
}

var _ api.BlockDataManager = (*blockStore)(nil)

func newBlockStore(rt api.Runtime) *blockStore {
	return &blockStore{mu: rt.NewMutex(), blocks: map[string][]byte{}}
}

func (s *blockStore) GetBlockData(blockID string) (api.ManagedBuffer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.blocks[blockID]
	if !ok {
		return nil, fmt.Errorf("%w: %s", api.ErrBlockNotFound, blockID)
	}
	return api.NewBytesBuffer(b), nil
}

// errNoUploads says that blocks are made here, not brought.
var errNoUploads = errors.New("this host takes no blocks")

func (s *blockStore) PutBlockData(string, api.ManagedBuffer, []byte) error { return errNoUploads }

// put keeps a block, which must not change any more.
func (s *blockStore) put(blockID string, b []byte) {
	s.mu.Lock()
	s.blocks[blockID] = b
	s.mu.Unlock()
}

// clear forgets every block.
func (s *blockStore) clear() {
	s.mu.Lock()
	s.blocks = map[string][]byte{}
	s.mu.Unlock()
}
