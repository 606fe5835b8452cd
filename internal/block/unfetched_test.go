// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// opened hears that blocks have been opened.
type opened struct{ answered chan<- error }

func (o opened) OnSuccess([]byte)      { o.answered <- nil }
func (o opened) OnFailure(cause error) { o.answered <- cause }

// TestOpenedAndNeverFetched: a connection that opened blocks and is silent then does not hold them for ever.
func TestOpenedAndNeverFetched(t *testing.T) {
	inWorlds(t, func(s *stage) {
		block := counted(random(1000))
		far := s.service(s.far, api.BlockTransferConfig{ConnectionTimeout: s.short}, &store{blocks: map[string]api.ManagedBuffer{"rdd_0_0": block}})
		factory := transport.NewClientFactory(s.rt, s.near.network, transport.Config{}, &scriptedServer{})
		s.closers = append(s.closers, factory.Close)
		c, err := factory.Client(s.ctx, far.Address().HostPort())
		if err != nil {
			s.Fatal(err)
		}
		answered := make(chan error, 1)
		if _, err := c.SendRpc(s.ctx, blockwire.OpenBlocks{BlockIDs: []string{"rdd_0_0"}}.Append(nil), opened{answered}); err != nil {
			s.Fatal(err)
		}
		s.until("the answer", func() bool { return len(answered) == 1 })
		if err := <-answered; err != nil {
			s.Fatal(err)
		}
		s.until("the end of the connection", func() bool { return !c.IsActive() })
		s.until("the block's release", func() bool { return block.refs.Load() == 0 })
	})
}

// TestNothingOpened: a connection that has fetched what it opened stays, however silent.
func TestNothingOpened(t *testing.T) {
	inWorlds(t, func(s *stage) {
		blocks := &store{blocks: map[string]api.ManagedBuffer{"rdd_0_0": api.NewBytesBuffer(random(1000))}}
		var closed atomic.Int32
		events := &api.EventListener{ConnectionClosed: func(api.ConnectionClosed) { closed.Add(1) }}
		far := s.service(s.far, api.BlockTransferConfig{ConnectionTimeout: s.short, Listener: events}, blocks)
		near := s.service(s.near, api.BlockTransferConfig{}, noBlocks{})
		for range 2 {
			got := api.FetchBlocks(s.ctx, near, far.Address(), "1", []string{"rdd_0_0"})
			if got[0].Err != nil {
				s.Fatal(got[0].Err)
			}
			got[0].Data.Release()
			s.sleep(4 * s.short)
		}
		if n := closed.Load(); n != 0 {
			s.Errorf("%d connections were closed", n)
		}
	})
}
