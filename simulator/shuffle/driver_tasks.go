// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"github.com/twinwire/twinwire/api"
)

// launchTries is how often a task is offered to an executor that does not answer, before another one may have it.
const launchTries = 3

// launch gives a task to an executor.
func (d *driver) launch(e *executorEntry, t *task, m launchTask) {
	defer d.wake.Wake()
	for try := 1; ; try++ {
		r, err := ask[heard](d.ctx, d.rt, e.ref, m, askTimeout)
		now := d.rt.Now()
		if err == nil {
			d.mu.Lock()
			d.state.launched(e, r, now)
			d.mu.Unlock()
			return
		}
		if try == launchTries || d.ctx.Err() != nil {
			d.mu.Lock()
			d.state.returned(e, t, m.Attempt, err, now)
			d.mu.Unlock()
			return
		}
		if api.Sleep(d.ctx, d.rt, retryWait) == nil {
			d.retries.add()
		}
	}
}

// collect fetches the result of a reduce task.
func (d *driver) collect(t *task, attempt int64, from *executorEntry) {
	defer d.wake.Wake()
	block := api.FetchBlocks(d.ctx, d.blocks, from.blocks, from.host, []string{resultBlock(attempt)})[0]
	result, err := takeBlock(block)
	d.mu.Lock()
	d.state.collected(t, attempt, result, err)
	d.mu.Unlock()
}

// takeBlock copies a fetched block and releases it.
func takeBlock(block api.FetchedBlock) ([]byte, error) {
	if block.Err != nil {
		return nil, block.Err
	}
	defer block.Data.Release()
	b, err := block.Data.Bytes()
	return append([]byte{}, b...), err
}

// finishExecutors ends the registrations and takes the last stats. An executor that does not answer in the time in which
// its heartbeats would be missed is lost.
func (d *driver) finishExecutors() {
	d.mu.Lock()
	live := d.state.live()
	d.mu.Unlock()
	g := api.NewGroup(d.rt)
	for _, e := range live {
		g.Go("finish "+e.host, func() error {
			d.finishExecutor(e)
			return nil
		})
	}
	g.Wait(d.ctx) //nolint:errcheck // the tasks return no errors, and a cancelled driver has nothing to wait for
}

func (d *driver) finishExecutor(e *executorEntry) {
	ctx, cancel := api.WithTimeout(d.ctx, d.rt, lostAfter)
	defer cancel()
	last, err := persist[finished](ctx, d.rt, e.ref, finish{Executor: e.id}, d.retries)
	now := d.rt.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || !last.Known {
		d.state.lose(e, now)
		return
	}
	d.state.tell(e, last.Stats)
}
