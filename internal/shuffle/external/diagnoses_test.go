// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// slowSums is a disk whose files of checksums are opened when there is a permit.
type slowSums struct {
	api.Files
	t       *stage
	permits *api.Queue[struct{}]
	opening atomic.Int32
}

func (d *slowSums) Open(name string) (api.File, error) {
	if strings.Contains(name, ".checksum.") {
		d.opening.Add(1)
		d.permits.Get(d.t.ctx) // closed, there is one for everybody
		d.opening.Add(-1)
	}
	return d.Files.Open(name)
}

// causes counts answers.
type causes struct {
	api.Mutex
	of map[blockwire.Cause]int
}

func (c *causes) OnSuccess(body []byte) {
	m, err := blockwire.ParseCorruptionCause(body)
	c.Lock()
	defer c.Unlock()
	if err == nil {
		c.of[m.Cause]++
	}
}

func (c *causes) OnFailure(error) { c.OnSuccess(nil) }

func (c *causes) count(cause blockwire.Cause) int {
	c.Lock()
	defer c.Unlock()
	return c.of[cause]
}

// TestManyDiagnoses: two blocks are read again at a time, a hundred wait, and of more it is not known at once.
func TestManyDiagnoses(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		disk := &slowSums{Files: t.files, t: t, permits: api.NewQueue[struct{}](t.rt, 0)}
		t.files = disk
		t.start(external.Config{})
		t.register(execID)
		t.write(0, "block")
		const asked, atOnce, waiting = 150, 2, 100
		answers := &causes{t.rt.NewMutex(), map[blockwire.Cause]int{}}
		m := blockwire.DiagnoseCorruption{AppID: appID, ExecID: execID, Checksum: 1, Algorithm: string(api.Adler32)}
		for range asked {
			if _, err := t.client.SendRpc(t.ctx, m.Append(nil), answers); err != nil {
				t.Fatal(err)
			}
		}
		for looks := 0; answers.count(blockwire.UnknownIssue) < asked-atOnce-waiting || disk.opening.Load() < atOnce; looks++ {
			if looks == 10_000 {
				t.Fatalf("%d are not known, %d are being read", answers.count(blockwire.UnknownIssue), disk.opening.Load())
			}
			api.Sleep(t.ctx, t.rt, time.Millisecond) // it looks again
		}
		if n := disk.opening.Load(); n != atOnce {
			t.Errorf("%d are being read", n)
		}
		disk.permits.Close()
		for looks := 0; answers.count(blockwire.NetworkIssue) < atOnce+waiting; looks++ {
			if looks == 10_000 {
				t.Fatalf("%d are answered", answers.count(blockwire.NetworkIssue))
			}
			api.Sleep(t.ctx, t.rt, time.Millisecond) // it looks again
		}
		if n := answers.count(blockwire.UnknownIssue); n != asked-atOnce-waiting {
			t.Errorf("%d are not known", n)
		}
	})
}
