// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"context"
	"errors"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// noBlocks is a manager without blocks.
type noBlocks struct{}

func (noBlocks) GetBlockData(string) (api.ManagedBuffer, error)       { return nil, api.ErrBlockNotFound }
func (noBlocks) PutBlockData(string, api.ManagedBuffer, []byte) error { return api.ErrBlockNotFound }

// TestTakenPort: the next one is bound, unless that is not wanted.
func TestTakenPort(t *testing.T) {
	w := memnet.New(memnet.Config{})
	h := w.Host("h")
	h.Boot(func(context.Context) error {
		for _, want := range []int{7337, 7338} {
			s, err := h.NewBlockTransferService(api.BlockTransferConfig{Bind: "h:7337"}, noBlocks{})
			if err != nil {
				return err
			}
			if got := s.Address().Port; got != want {
				t.Errorf("bound %d, want %d", got, want)
			}
		}
		if _, err := h.NewBlockTransferService(api.BlockTransferConfig{Bind: "h:7337", PortRetries: -1}, noBlocks{}); !errors.Is(err, api.ErrAddressInUse) {
			t.Error(err)
		}
		return nil
	})
	if r := w.Run(nil); r.Err != nil {
		t.Error(r.Err)
	}
}
