// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

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
