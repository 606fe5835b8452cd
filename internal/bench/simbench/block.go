// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

const (
	blockSize = 1 << 20
	blocks    = 400
)

// blockStore serves one block under every name.
type blockStore struct{ data []byte }

func (s blockStore) GetBlockData(string) (api.ManagedBuffer, error) {
	return api.NewBytesBuffer(s.data), nil
}

func (s blockStore) PutBlockData(string, api.ManagedBuffer, []byte) error {
	return errors.New("put block: not here")
}

// blockEnd hears how a fetch ended.
type blockEnd struct {
	wake api.Waiter
	done bool
	err  error
}

func (e *blockEnd) OnBlockFetchSuccess(string, api.ManagedBuffer) { e.done = true; e.wake.Wake() }

func (e *blockEnd) OnBlockFetchFailure(_ string, cause error) {
	e.done, e.err = true, cause
	e.wake.Wake()
}

// blockCopies measures what fetching a block of 1 MiB costs, in copies of 1 MiB from memory that no cache holds.
func blockCopies(seed uint64) (float64, error) {
	w := memnet.New(memnet.Config{Seed: seed, Faults: fault.Calm(), MaxSteps: 1 << 62})
	server, client := w.Host("server"), w.Host("client")
	server.Boot(func(context.Context) error {
		_, err := server.NewBlockTransferService(api.BlockTransferConfig{Bind: "server:7337"}, blockStore{make([]byte, blockSize)})
		return err
	})
	client.Boot(func(ctx context.Context) error {
		s, err := client.NewBlockTransferService(api.BlockTransferConfig{}, blockStore{})
		if err != nil {
			return err
		}
		for i := range blocks {
			end := &blockEnd{wake: client.Runtime().NewWaiter()}
			s.FetchBlocks(ctx, api.NewRpcAddress("server", 7337), "0", []string{fmt.Sprintf("rdd_0_%d", i)}, end)
			for !end.done {
				if err := end.wake.Wait(ctx); err != nil {
					return err
				}
			}
			if end.err != nil {
				return end.err
			}
		}
		return nil
	})
	start := time.Now()
	if r := w.Run(nil); r.Verdict != memnet.Passed {
		return 0, r.Err
	}
	return time.Since(start).Seconds() / blocks / copySeconds(), nil
}

// copySeconds is how long a copy of 1 MiB takes. It gives its memory back to the system at once: the next cell would be
// measured while the runtime does so.
func copySeconds() float64 {
	defer debug.FreeOSMemory()
	const span = 256 << 20
	from, to := make([]byte, span), make([]byte, span)
	copy(from, to)
	copy(to, from) // memory that was only read is not there yet
	start := time.Now()
	copy(to, from)
	return time.Since(start).Seconds() / (span / blockSize)
}
