// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"slices"

	"github.com/twinwire/twinwire/api"
)

// runReduce fetches the task's blocks, merges them and keeps the result as a block.
func (s *session) runReduce(m launchTask, end *taskEnded) {
	f := &reduceFetch{session: s, reducer: m.Reduce.Reducer, counts: NewCounts(), guard: s.rt.NewMutex(), failed: map[api.RpcAddress]bool{}}
	f.requests = planFetches(m.Reduce.Sources, m.Reduce.Reducer)
	f.run()
	if len(f.missing) > 0 {
		slices.Sort(f.missing)
		end.Missing = f.missing
		return
	}
	b := f.counts.sortedBlock()
	if len(b) > 0 {
		s.store.put(resultBlock(m.Attempt), b)
	}
	end.Sizes = []int64{int64(len(b))}
}
