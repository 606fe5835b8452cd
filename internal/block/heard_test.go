// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"sync"

	"github.com/twinwire/twinwire/api"
)

// heard is a listener that notes how blocks end.
type heard struct {
	mu    sync.Mutex // never held across a call on the seam
	order []string
	data  map[string]string
	errs  map[string]error
}

func newHeard() *heard { return &heard{data: map[string]string{}, errs: map[string]error{}} }

var (
	_ api.BlockFetchingListener = (*heard)(nil)
	_ api.BlockPushingListener  = (*heard)(nil)
)

func (h *heard) OnBlockFetchSuccess(id string, data api.ManagedBuffer) {
	b, err := data.Bytes()
	h.note(id, string(b), err)
}
func (h *heard) OnBlockFetchFailure(id string, cause error) { h.note(id, "", cause) }
func (h *heard) OnBlockPushSuccess(id string)               { h.note(id, "", nil) }
func (h *heard) OnBlockPushFailure(id string, cause error)  { h.note(id, "", cause) }

func (h *heard) note(id, data string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.order = append(h.order, id)
	h.data[id] = data
	h.errs[id] = err
}

// count is how many callbacks there were.
func (h *heard) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.order)
}
