// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// TestClosedService: whatever a service is asked for after its end fails by that.
func TestClosedService(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.service(s.far, api.BlockTransferConfig{}, noBlocks{})
		var events []string
		listener := &api.EventListener{ConnectFailed: func(e api.ConnectFailed) { events = append(events, fmt.Sprint(e)) }}
		closed := s.service(s.near, api.BlockTransferConfig{Listener: listener}, noBlocks{})
		if err := closed.Close(s.ctx); err != nil {
			s.Fatal(err)
		}
		h := newHeard()
		closed.PushBlocks(s.ctx, server.Address(), []api.PushedBlock{{ID: "shufflePush_0_0_0_0", Data: api.NewBytesBuffer(nil)}}, h)
		s.until("the outcome of the push", func() bool { return h.count() > 0 })
		_, meta := closed.MergedBlockMeta(s.ctx, server.Address(), api.MergedBlock{})
		_, finalize := closed.FinalizeShuffleMerge(s.ctx, server.Address(), 0, 0)
		_, removal := closed.RemoveBlocks(s.ctx, server.Address(), "1", nil)
		_, dirs := closed.HostLocalDirs(s.ctx, server.Address(), nil)
		for what, err := range map[string]error{
			"fetch":  api.FetchBlocks(s.ctx, closed, server.Address(), "1", []string{"rdd_0_0"})[0].Err,
			"upload": closed.UploadBlock(s.ctx, server.Address(), "1", "rdd_0_0", api.NewBytesBuffer(nil), nil),
			"push":   h.errs["shufflePush_0_0_0_0"],
			"meta":   meta, "finalize": finalize, "remove": closed.RemoveShuffleMerge(s.ctx, server.Address(), 0, 0),
			"register": closed.RegisterWithShuffleServer(s.ctx, server.Address(), "1", api.ExecutorShuffleInfo{}), "remove blocks": removal, "dirs": dirs,
		} {
			if !errors.Is(err, api.ErrConnectionClosed) || !strings.Contains(err.Error(), "service closed") {
				s.Errorf("%s: %v", what, err)
			}
		}
		if len(events) > 0 {
			s.Errorf("told of %v", events)
		}
	})
}

// noAnswer is a network on which no host answers.
type noAnswer struct {
	api.Network
	rt    api.Runtime
	calls atomic.Int32
	over  atomic.Int32
}

func (n *noAnswer) Dial(ctx context.Context, _ string) (net.Conn, error) {
	n.calls.Add(1)
	defer n.over.Add(1)
	for w := n.rt.NewWaiter(); ; {
		if err := w.Wait(ctx); err != nil {
			return nil, err
		}
	}
}

// TestCloseWhileConnecting: a service that is closed waits no longer for a host that does not answer, and holds nothing
// for it.
func TestCloseWhileConnecting(t *testing.T) {
	for _, timeout := range []time.Duration{0, -1} { // the default and none
		closeWhileConnecting(t, timeout)
	}
}

func closeWhileConnecting(t *testing.T, timeout time.Duration) {
	inWorlds(t, func(s *stage) {
		network := &noAnswer{Network: s.near.network, rt: s.rt}
		client := s.service(s.near, api.BlockTransferConfig{Network: network, ConnectTimeout: timeout}, noBlocks{})
		pushed, h := counted([]byte("pushed")), newHeard()
		client.PushBlocks(s.ctx, api.NewRpcAddress("far", 1), []api.PushedBlock{{ID: "shufflePush_0_0_0_0", Data: pushed}}, h)
		client.FetchBlocks(s.ctx, api.NewRpcAddress("far", 2), "1", []string{"rdd_0_0"}, h)
		s.rt.Go("upload", func() {
			h.note("rdd_0_1", "", client.UploadBlock(s.ctx, api.NewRpcAddress("far", 3), "1", "rdd_0_1", api.NewBytesBuffer(nil), nil))
		})
		s.until("all are connecting", func() bool { return network.calls.Load() == 3 })
		if err := client.Close(s.ctx); err != nil {
			s.Error(err)
		}
		s.until("all have ended", func() bool { return h.count() == 3 && network.over.Load() == 3 && pushed.refs.Load() == 0 })
		for id, err := range h.errs {
			if !strings.Contains(err.Error(), "service closed") {
				s.Errorf("%s: %v", id, err)
			}
		}
	})
}
