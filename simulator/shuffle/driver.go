// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"context"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

// driverEndpoint is the name of the driver's endpoint.
const driverEndpoint = "shuffle-driver"

// tick is how often the driver looks at the time.
const tick = 250 * time.Millisecond

// driver runs a job: it gives out tasks, tracks the map outputs and collects the results.
type driver struct {
	*host
	job  Job
	wake api.Waiter // of the loop that gives out tasks
	ctx  context.Context

	mu    api.Mutex
	state *driverState
}

// Driver returns what the driver's host runs. It returns when the job is done, or with the reason why it cannot be.
func Driver(job Job) func(ctx context.Context, n simulator.Node) error {
	job = job.withDefaults()
	return func(ctx context.Context, n simulator.Node) error {
		ctx, cancel := api.WithCancel(ctx, n.Runtime())
		defer cancel()
		out := runDriver(ctx, job, n)
		if job.Done != nil {
			job.Done(out)
		}
		return out.Err
	}
}

func runDriver(ctx context.Context, job Job, n simulator.Node) Outcome {
	input, err := walkInput(n.Files(), job.Inputs)
	if err != nil {
		return Outcome{Err: err}
	}
	h, err := newHost(n, newBlockStore(n.Runtime()))
	if err != nil {
		return Outcome{Err: err}
	}
	d := &driver{host: h, job: job, wake: h.rt.NewWaiter(), ctx: ctx, mu: h.rt.NewMutex()}
	d.state = newDriverState(input, job.Executors, job.Partitions, h.rt.Now())
	var out Outcome
	out.Summary, out.Err = d.run()
	d.describe(&out)
	return out
}

// run does the job.
func (d *driver) run() (Summary, error) {
	if _, err := d.env.SetupEndpoint(driverEndpoint, d.endpoint()); err != nil {
		return Summary{}, err
	}
	results, err := d.schedule()
	if d.ctx.Err() != nil {
		return Summary{}, d.ctx.Err()
	}
	d.finishExecutors()
	if err != nil {
		return Summary{}, err
	}
	return mergeSorted(results)
}

// schedule gives out tasks until every result is there or nothing can be done.
func (d *driver) schedule() ([][]byte, error) {
	for {
		now := d.rt.Now()
		d.mu.Lock()
		d.state.expire(now)
		for d.launchNext(now) {
		}
		finished, err := d.state.finished(), d.state.err
		var results [][]byte
		if finished {
			results = d.state.results()
		}
		progress := d.state.progress()
		d.mu.Unlock()
		if d.job.Progress != nil {
			d.job.Progress(progress)
		}
		if finished || err != nil {
			return results, err
		}
		timer := d.rt.AfterFunc(tick, d.wake.Wake)
		err = d.wake.Wait(d.ctx)
		timer.Stop()
		if err != nil {
			return nil, err
		}
	}
}

// launchNext gives out one task, if there is one to give and one to take it.
func (d *driver) launchNext(now time.Time) bool {
	e, t := d.state.next(now)
	if t == nil {
		return false
	}
	m := d.state.work(t)
	d.rt.Go(fmt.Sprintf("launch %s on %s", t.name(), e.host), func() { d.launch(e, t, m) })
	return true
}

// describe tells what was done.
func (d *driver) describe(out *Outcome) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.state
	out.InputFiles, out.SkippedFiles, out.InputBytes = len(s.input.table), s.input.skipped, s.input.bytes()
	out.ExecutorsLost, out.TasksRerun = s.lost, s.rerun
	out.Stats = d.stats()
	for _, b := range s.boots {
		out.Stats.add(b.stats)
	}
}
