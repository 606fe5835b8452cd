// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"fmt"
	"slices"

	"github.com/twinwire/twinwire/api"
)

// batch is how many messages of one endpoint a loop handles before others get their turn.
const batch = 64

// dispatcher gives messages to endpoints, as Spark's Dispatcher with its SharedMessageLoop. Message loops are tasks
// that are started as there is work, up to the configured number; a loop whose handler waits in an ask lends its place
// to another.
type dispatcher struct {
	env *Env

	mu        api.Mutex
	endpoints map[string]*inbox
	alive     int // endpoints whose OnStop has not run
	ready     []*inbox
	busy      int          // loops that process an inbox and are not lent
	idle      []api.Waiter // of loops without work
	stopped   bool         // no endpoint may be registered any more
	done      bool         // loops end
	waiting   []api.Waiter // of shutdown
}

func newDispatcher(e *Env) *dispatcher {
	return &dispatcher{env: e, mu: e.rt.NewMutex(), endpoints: map[string]*inbox{}}
}

func (d *dispatcher) register(name string, ep api.RpcEndpoint) (api.RpcEndpointRef, error) {
	ref := api.NewRpcEndpointRef(api.RpcEndpointAddress{Name: name, Address: d.env.address}, d.env)
	in := newInbox(d.env, ref, ep)
	d.mu.Lock()
	switch {
	case d.stopped:
		d.mu.Unlock()
		return api.RpcEndpointRef{}, fmt.Errorf("set up endpoint %s: %w", name, api.ErrEnvStopped)
	case d.endpoints[name] != nil:
		d.mu.Unlock()
		return api.RpcEndpointRef{}, fmt.Errorf("set up endpoint %s: %w", name, api.ErrEndpointExists)
	}
	d.endpoints[name] = in
	d.alive++
	d.mu.Unlock()
	d.schedule(in)
	return ref, nil
}

// find returns the inbox of an endpoint; nil when there is none.
func (d *dispatcher) find(name string) *inbox {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.endpoints[name]
}

// post gives m to an inbox. It reports false when the endpoint is stopping.
func (d *dispatcher) post(in *inbox, m message) bool {
	schedule, ok := in.post(m)
	if schedule {
		d.schedule(in)
	}
	return ok
}

// postToAll gives an event to every endpoint that observes the network, in the order of their names.
func (d *dispatcher) postToAll(m message) {
	d.mu.Lock()
	observers := make([]*inbox, 0, len(d.endpoints))
	for _, in := range d.endpoints {
		if in.observer != nil {
			observers = append(observers, in)
		}
	}
	d.mu.Unlock()
	sortInboxes(observers)
	for _, in := range observers {
		d.post(in, m)
	}
}

func sortInboxes(ins []*inbox) {
	slices.SortFunc(ins, func(a, b *inbox) int {
		switch {
		case a.ref.Name() < b.ref.Name():
			return -1
		case a.ref.Name() > b.ref.Name():
			return 1
		}
		return 0
	})
}

// stop unregisters an endpoint: its name is free at once, OnStop comes after what is queued.
func (d *dispatcher) stop(name string) {
	d.mu.Lock()
	in := d.endpoints[name]
	delete(d.endpoints, name)
	d.mu.Unlock()
	if in != nil {
		d.post(in, message{kind: onStop})
	}
}

// ended tells that an endpoint's OnStop has run.
func (d *dispatcher) ended() {
	d.mu.Lock()
	d.alive--
	var wake []api.Waiter
	if d.alive == 0 {
		wake, d.waiting = d.waiting, nil
	}
	d.mu.Unlock()
	for _, w := range wake {
		w.Wake()
	}
}

// shutdown stops every endpoint, waits until each has stopped or ctx is done, and ends the loops.
func (d *dispatcher) shutdown(ctx context.Context) error {
	d.mu.Lock()
	d.stopped = true
	ins := make([]*inbox, 0, len(d.endpoints))
	for _, in := range d.endpoints {
		ins = append(ins, in)
	}
	clear(d.endpoints)
	d.mu.Unlock()
	sortInboxes(ins)
	for _, in := range ins {
		d.post(in, message{kind: onStop})
	}
	err := d.awaitEnd(ctx)
	d.mu.Lock()
	d.done = true
	idle := d.idle
	d.idle = nil
	d.mu.Unlock()
	for _, w := range idle {
		w.Wake()
	}
	return err
}

func (d *dispatcher) awaitEnd(ctx context.Context) error {
	w := d.env.rt.NewWaiter()
	for {
		d.mu.Lock()
		alive := d.alive
		if alive > 0 {
			d.waiting = append(d.waiting, w)
		}
		d.mu.Unlock()
		if alive == 0 {
			return nil
		}
		if err := w.Wait(ctx); err != nil {
			return fmt.Errorf("shut down: %d endpoints have not stopped: %w", alive, err)
		}
	}
}
