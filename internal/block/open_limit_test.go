// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// opener opens blocks and does not fetch them.
type opener struct {
	*stage
	client *transport.Client
}

func (s *stage) opener(address string) opener {
	s.Helper()
	f := transport.NewClientFactory(s.rt, s.near.network, transport.Config{}, silent{})
	s.closers = append(s.closers, f.Close)
	c, err := f.Client(s.ctx, address)
	if err != nil {
		s.Fatal(err)
	}
	return opener{s, c}
}

// open says whether so many blocks were opened, and the refusal.
func (o opener) open(n int) (refused string) {
	o.Helper()
	return o.ask(blockwire.OpenBlocks{AppID: "app", ExecID: "1", BlockIDs: strings.Split(strings.Repeat(" rdd_0_0", n)[1:], " ")})
}

// ask returns the refusal of a request, an empty one if there is none.
func (o opener) ask(m blockwire.Message) (refused string) {
	o.Helper()
	heard := api.NewQueue[string](o.rt, 1)
	if _, err := o.client.SendRpc(o.ctx, m.Append(nil), textOf{o.ctx, heard}); err != nil {
		o.Fatal(err)
	}
	refused, err := heard.Get(o.ctx)
	if err != nil {
		o.Fatal(err)
	}
	return refused
}

// textOf tells the text of a failure, an empty one of a success.
type textOf struct {
	ctx context.Context
	to  *api.Queue[string]
}

func (q textOf) OnSuccess([]byte)      { _ = q.to.Put(q.ctx, "") }
func (q textOf) OnFailure(cause error) { _ = q.to.Put(q.ctx, cause.Error()) }

// silent serves nothing.
type silent struct{}

func (silent) Receive(*transport.Client, []byte, transport.RpcReply) {}
func (silent) ReceiveOneWay(*transport.Client, []byte)               {}
func (silent) ReceiveStream(*transport.Client, []byte) (transport.StreamConsumer, error) {
	return nil, nil
}
func (silent) Streams() transport.StreamManager  { return nil }
func (silent) Active(*transport.Client)          {}
func (silent) Inactive(*transport.Client, error) {}

// TestOpenLimit: who opens blocks and fetches none may hold so many and no more; what it held is released when it goes, and
// who fetches what it opens may go on for ever.
func TestOpenLimit(t *testing.T) {
	inWorlds(t, func(s *stage) {
		held := counted([]byte("held"))
		server := s.service(s.far, api.BlockTransferConfig{MaxOpenBlocks: 10}, rogue{&store{blocks: map[string]api.ManagedBuffer{"rdd_0_0": held}}})
		greedy := s.opener(server.Address().HostPort())
		for _, n := range []int{6, 4} {
			if refused := greedy.open(n); refused != "" {
				s.Errorf("%d more: %s", n, refused)
			}
		}
		for _, n := range []int{1, 1000} {
			if refused := greedy.open(n); !strings.Contains(refused, "MaxOpenBlocks") {
				s.Errorf("%d more: %q", n, refused)
			}
		}
		client := s.service(s.near, api.BlockTransferConfig{MaxRetries: -1}, noBlocks{})
		for range 5 {
			for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", strings.Split("rdd_0_0"+strings.Repeat(" rdd_0_0", 9), " ")) {
				if got.Err != nil {
					s.Fatal(got.Err)
				}
				got.Data.Release()
			}
		}
		for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", strings.Split("rdd_0_0"+strings.Repeat(" rdd_0_0", 10), " ")) {
			if got.Err == nil || !strings.Contains(got.Err.Error(), "MaxOpenBlocks") {
				s.Error(got.Err)
			}
		}
		greedy.client.Close()
		s.until("the release of what was opened", func() bool { return held.refs.Load() == 1 })
	})
}

// TestOpenLimitComesFirst: blocks that may not be opened get no names, which take ten times what stands in the request.
func TestOpenLimitComesFirst(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.service(s.far, api.BlockTransferConfig{MaxOpenBlocks: 10}, noBlocks{})
		greedy := s.opener(server.Address().HostPort())
		m := blockwire.FetchShuffleBlocks{AppID: "app", ExecID: "1", MapIDs: []int64{0}, ReduceIDs: [][]int32{make([]int32, 2<<20)}}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if refused := greedy.ask(m); !strings.Contains(refused, "MaxOpenBlocks") {
			s.Errorf("%.300q", refused)
		}
		runtime.ReadMemStats(&after)
		if cost := after.TotalAlloc - before.TotalAlloc; cost > 100<<20 {
			s.Errorf("%d bytes for a request of 8 MiB", cost)
		}
	})
}
