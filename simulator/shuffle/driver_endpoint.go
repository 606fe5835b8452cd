// SPDX-License-Identifier: Apache-2.0

package shuffle

import "github.com/twinwire/twinwire/api"

// filesPerPage bounds one message of the file table.
const filesPerPage = 2000

// endpoint is what executors talk to. Each message is a step of the driver's state.
func (d *driver) endpoint() api.RpcEndpoint {
	return api.Handlers(
		api.OnAsk(d.onRegister),
		api.OnAsk(d.onFileTablePage),
		api.OnAsk(d.onHeartbeat),
		api.OnAsk(d.onTaskEnded),
	)
}

func (d *driver) onRegister(_ api.RpcCallContext, m registerExecutor) (registered, error) {
	now := d.rt.Now()
	d.mu.Lock()
	r := registered{Executor: d.state.register(m, now).id, Files: len(d.state.input.table)}
	d.mu.Unlock()
	return r, nil
}

func (d *driver) onFileTablePage(_ api.RpcCallContext, m fileTablePage) (filePage, error) {
	now := d.rt.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if e := d.state.known(m.Executor); e != nil {
		e.lastSeen = now
	}
	table := d.state.input.table
	from := min(max(m.From, 0), len(table))
	var page filePage
	for _, f := range table[from:min(from+filesPerPage, len(table))] {
		page.Names = append(page.Names, []byte(f.Name))
		page.Sizes = append(page.Sizes, f.Size)
	}
	return page, nil
}

func (d *driver) onHeartbeat(_ api.RpcCallContext, m heartbeat) (heard, error) {
	now := d.rt.Now()
	d.mu.Lock()
	r := d.state.heard(m, now)
	d.mu.Unlock()
	d.wake.Wake()
	return r, nil
}

func (d *driver) onTaskEnded(_ api.RpcCallContext, m taskEnded) (heard, error) {
	now := d.rt.Now()
	d.mu.Lock()
	r, t := d.state.ended(m, now)
	var from executorEntry
	var attempt int64
	if t != nil {
		from, attempt = *t.on, t.attempt
	}
	d.mu.Unlock()
	if t != nil {
		d.rt.Go("collect "+t.name()+" from "+from.host, func() { d.collect(t, attempt, &from) })
	}
	d.wake.Wake()
	return r, nil
}
