// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"fmt"
	"io/fs"
	"path"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// gatedFiles are files that do not tell of one name until a gate opens.
type gatedFiles struct {
	api.Files
	name string
	gate api.Waiter
	open atomic.Bool
}

func (f *gatedFiles) Stat(name string) (fs.FileInfo, error) {
	for path.Base(name) == f.name && !f.open.Load() {
		_ = f.gate.Wait(nil) //nolint:staticcheck // the test opens the gate
	}
	return f.Files.Stat(name)
}

// TestRemoveManyBlocks: while many blocks are removed the connection serves other requests, few blocks among them.
func TestRemoveManyBlocks(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		gated := &gatedFiles{Files: t.files, name: "rdd_0_900", gate: t.rt.NewWaiter()}
		t.files = gated
		t.start(external.Config{})
		t.register(execID)
		many := blockwire.RemoveBlocks{AppID: appID, ExecID: execID}
		for i := range 1000 {
			many.BlockIDs = append(many.BlockIDs, fmt.Sprint("rdd_0_", i))
		}
		for _, name := range []string{"rdd_0_0", "rdd_0_999", "rdd_1_0"} {
			t.put(name, "block")
		}
		removal := t.callback()
		if _, err := t.client.SendRpc(t.ctx, many.Append(nil), removal); err != nil {
			t.Fatal(err)
		}
		t.expectRemoved(1, "rdd_1_0")
		gated.open.Store(true)
		gated.gate.Wake()
		if body, err := removal.wait(); err != nil || body != removed(2) {
			t.Errorf("%q, %v", body, err)
		}
		t.expectRemoved(0, many.BlockIDs...)
		if n := t.service.Stats().Removed; n != 3 {
			t.Errorf("%d blocks were removed", n)
		}
	})
}

func removed(n int32) string {
	return string(blockwire.BlocksRemoved{NumRemovedBlocks: n}.Append(nil))
}

// expectRemoved has blocks removed, of which n are there.
func (t *stage) expectRemoved(n int32, names ...string) {
	t.Helper()
	body, err := t.ask(blockwire.RemoveBlocks{AppID: appID, ExecID: execID, BlockIDs: names})
	if err != nil || body != removed(n) {
		t.Errorf("%q, %v; want that %d were removed", body, err, n)
	}
}
