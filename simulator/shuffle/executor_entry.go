// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"time"

	"github.com/twinwire/twinwire/api"
)

// executorEntry is one registration of an executor, as the driver sees it. An executor that restarts, or that the driver
// had given up, registers anew and gets a new one.
type executorEntry struct {
	id      int
	host    string
	boot    uint64
	session int
	ref     api.RpcEndpointRef
	blocks  api.RpcAddress

	lastSeen    time.Time
	ready       bool // has sent a heartbeat: it has the file table and takes tasks
	lost        bool
	running     *task
	given       int       // tasks so far
	avoid       time.Time // until then it gets no task: something did not arrive there
	unreachable time.Time // since when launches do not arrive; zero: they do
}

// idle says whether the executor can be given a task.
func (e *executorEntry) idle(now time.Time) bool {
	return e.ready && !e.lost && e.running == nil && !now.Before(e.avoid)
}
