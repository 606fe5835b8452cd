// SPDX-License-Identifier: Apache-2.0

package shuffle

import "github.com/twinwire/twinwire/api"

// reduceFetch is the fetching of a reduce task.
type reduceFetch struct {
	*session
	reducer int

	guard    api.Mutex
	requests []fetchRequest          // not yet made
	failed   map[api.RpcAddress]bool // executors that are not asked again
	missing  []int64                 // map attempts whose blocks did not come
	counts   *Counts
}

// run makes all requests, a few at a time.
func (f *reduceFetch) run() {
	g := api.NewGroup(f.rt)
	for range min(fetchesInFlight, len(f.requests)) {
		g.Go("fetch", func() error {
			for {
				r, ok := f.next()
				if !ok {
					return nil
				}
				f.fetch(r)
			}
		})
	}
	g.Wait(nil) //nolint:errcheck,staticcheck // the tasks return no errors; a nil context never ends a wait
}

// next takes a request. Those of an executor that failed are not made.
func (f *reduceFetch) next() (fetchRequest, bool) {
	f.guard.Lock()
	defer f.guard.Unlock()
	for len(f.requests) > 0 {
		r := f.requests[0]
		f.requests = f.requests[1:]
		if !f.failed[r.from.Blocks] {
			return r, true
		}
		f.missing = append(f.missing, r.from.Maps...)
	}
	return fetchRequest{}, false
}

// fetch makes a request and merges what comes.
func (f *reduceFetch) fetch(r fetchRequest) {
	ids := make([]string, len(r.from.Maps))
	for i, attempt := range r.from.Maps {
		ids[i] = mapBlock(attempt, f.reducer)
	}
	for i, block := range api.FetchBlocks(f.ctx, f.blocks, r.from.Blocks, r.from.Host, ids) {
		f.guard.Lock()
		if err := f.merge(block, r.from.Sizes[i]); err != nil {
			f.missing = append(f.missing, r.from.Maps[i])
			f.failed[r.from.Blocks] = true
		}
		f.guard.Unlock()
	}
}

// merge adds the counts of a block, which it releases.
func (f *reduceFetch) merge(block api.FetchedBlock, size int64) error {
	if block.Err != nil {
		return block.Err
	}
	defer block.Data.Release()
	b, err := block.Data.Bytes()
	switch {
	case err != nil:
		return err
	case int64(len(b)) != size:
		return errBadBlock
	}
	return f.counts.addBlock(b)
}
