// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"strings"
	"testing"
)

// TestStrayCallAtRest: a goroutine that is no task is told from one when it meets a task that has come to rest.
func TestStrayCallAtRest(t *testing.T) {
	w := New(Config{Verify: true})
	h := w.Host("a")
	w.stage.Store(stageRunning)
	w.cur = &task{host: h}
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, `Runtime.Now of host "a" was called by a goroutine that is no task of the world`) {
			t.Error(said)
		}
	}()
	h.Runtime().Now()
}
