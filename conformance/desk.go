// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"slices"

	"github.com/twinwire/twinwire/api"
)

// desk is the endpoint that most trials talk to. It answers questions, counts notes, and writes down what it handled, in
// the order of handling.
type desk struct {
	t  *trial
	rt api.Runtime

	// Guarded by the trial's lock: change it in record, read it in until and look.
	notes   []note
	asked   map[int]int // how often each question was handled
	started int         // OnStart calls
	stopped int         // OnStop calls
	late    int         // messages after OnStop, or before OnStart
}

func (t *trial) desk() *desk {
	return &desk{t: t, rt: t.world.Host("server").Runtime(), asked: map[int]int{}}
}

// endpoint is the desk as an endpoint; more handlers can be added.
func (d *desk) endpoint(more ...api.Handler) api.RpcEndpoint {
	return api.Handlers(append([]api.Handler{
		api.OnStart(func(api.RpcEndpointRef) error { d.t.record(func() { d.started++ }); return nil }),
		api.OnStop(func() error { d.t.record(func() { d.stopped++ }); return nil }),
		api.OnSend(func(_ api.RpcCallContext, n note) error {
			d.take(func() { n.Pad = nil; d.notes = append(d.notes, n) })
			return nil
		}),
		api.OnAsk(d.answer),
		api.OnAsk(d.tally),
	}, more...)...)
}

// take writes something down, and whether it came in the endpoint's life.
func (d *desk) take(f func()) {
	d.t.record(func() {
		if d.started != 1 || d.stopped != 0 {
			d.late++
		}
		f()
	})
}

func (d *desk) answer(call api.RpcCallContext, q question) (answer, error) {
	d.take(func() { d.asked[q.ID]++ })
	switch {
	case q.Never:
		return answer{}, api.ErrReplyLater
	case q.Delay > 0:
		d.rt.AfterFunc(q.Delay, func() {
			_ = call.Reply(answer{ID: q.ID}) // the asker's side is what is checked
		})
		return answer{}, api.ErrReplyLater
	}
	return answer{ID: q.ID}, nil
}

func (d *desk) tally(_ api.RpcCallContext, q tally) (tallied, error) {
	n := 0
	d.take(func() {
		for _, m := range d.notes {
			if m.From == q.From {
				n++
			}
		}
	})
	return tallied{Notes: n}, nil
}

// handled returns the notes that were handled, in that order.
func (d *desk) handled() []note {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	return slices.Clone(d.notes)
}

// times says how often a question was handled.
func (d *desk) times(id int) int {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	return d.asked[id]
}
