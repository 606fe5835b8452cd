// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/api"
)

// batch is how many messages of one endpoint a loop handles before others get their turn.
const batch = 64

// dispatcher gives messages to endpoints, as Spark's Dispatcher.
type dispatcher struct {
	env    *Env
	shared *messageLoops // of the endpoints that are not isolated

	mu        api.Mutex
	endpoints map[string]*inbox
	ending    map[*inbox]struct{} // endpoints that are not registered any more, and whose OnStop has not run
	alive     int                 // endpoints whose OnStop has not run
	delivered uint64              // to those whose OnStop has
	stopped   bool                // no endpoint may be registered any more
	waiting   []api.Waiter        // of shutdown
	last      []*inbox            // those that shutdown stopped, for its error; written before anybody waits
}

func newDispatcher(e *Env) *dispatcher {
	d := &dispatcher{env: e, mu: e.rt.NewMutex(), endpoints: map[string]*inbox{}, ending: map[*inbox]struct{}{}}
	d.shared = newMessageLoops(e, "message loop", e.cfg.MessageLoops)
	d.shared.watched = true
	d.shared.guests.places = make([]guestPlace, min(e.cfg.MessageLoops, mostGuests))
	return d
}

func (d *dispatcher) register(name string, ep api.RpcEndpoint) (api.RpcEndpointRef, error) {
	own := &ownSender{Env: d.env}
	ref := api.NewRpcEndpointRef(api.RpcEndpointAddress{Name: name, Address: d.env.address}, own)
	in := newInbox(d.env, ref, ep)
	own.in = in
	d.mu.Lock()
	switch {
	case d.stopped:
		d.mu.Unlock()
		return api.RpcEndpointRef{}, fmt.Errorf("set up endpoint %s: %w", name, api.ErrEnvStopped)
	case d.endpoints[name] != nil:
		d.mu.Unlock()
		return api.RpcEndpointRef{}, fmt.Errorf("set up endpoint %s: %w", name, api.ErrEndpointExists)
	}
	in.life = d.env.lives.begin()
	d.endpoints[name] = in
	d.alive++
	d.mu.Unlock()
	if tell := d.env.events.EndpointStarted; tell != nil {
		tell(api.EndpointStarted{Endpoint: ref.Address()})
	}
	in.loops.schedule(in)
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
		in.loops.schedule(in)
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

// stop unregisters an endpoint: its name is free at once, OnStop comes after what is queued. It does nothing when another
// has the name.
func (d *dispatcher) stop(in *inbox) {
	name := in.ref.Name()
	d.mu.Lock()
	mine := d.endpoints[name] == in
	if mine {
		delete(d.endpoints, name)
		d.ending[in] = struct{}{}
		in.gone.Store(true)
	}
	d.mu.Unlock()
	if mine {
		d.post(in, message{kind: onStop})
	}
}

// ended tells that an endpoint's OnStop has run.
func (d *dispatcher) ended(in *inbox) {
	in.life.end()
	if tell := d.env.events.EndpointStopped; tell != nil {
		tell(api.EndpointStopped{Endpoint: in.ref.Address()})
	}
	if in.loops != d.shared {
		in.loops.close()
	}
	delivered := in.delivered()
	d.mu.Lock()
	delete(d.ending, in)
	d.delivered += delivered
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
		in.gone.Store(true)
		d.ending[in] = struct{}{}
		ins = append(ins, in)
	}
	clear(d.endpoints)
	sortInboxes(ins)
	d.last = ins
	d.mu.Unlock()
	for _, in := range ins {
		d.post(in, message{kind: onStop})
	}
	err := d.awaitEnd(ctx)
	d.shared.close()
	return err
}

// awaitEnd waits until every endpoint has stopped.
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
			return fmt.Errorf("shut down: endpoints %s have not stopped: %w", living(d.last), err)
		}
	}
}

// living lists those that have not ended.
func living(ins []*inbox) string {
	var names []string
	for _, in := range ins {
		in.life.mu.Lock()
		ended := in.life.ended
		in.life.mu.Unlock()
		if !ended {
			names = append(names, in.ref.Name())
		}
	}
	return strings.Join(names, ", ")
}
