// SPDX-License-Identifier: Apache-2.0

package shuffle

import "github.com/twinwire/twinwire/api"

// turns lets one task at a time do something to a thing.
type turns struct {
	rt api.Runtime

	mu   api.Mutex
	busy map[string][]api.Waiter // who waits for a thing that is being dealt with
}

func newTurns(rt api.Runtime) *turns {
	return &turns{rt: rt, mu: rt.NewMutex(), busy: map[string][]api.Waiter{}}
}

// take waits for the turn.
func (t *turns) take(thing string) {
	for {
		t.mu.Lock()
		waiting, busy := t.busy[thing]
		if !busy {
			t.busy[thing] = nil
			t.mu.Unlock()
			return
		}
		w := t.rt.NewWaiter()
		t.busy[thing] = append(waiting, w)
		t.mu.Unlock()
		_ = w.Wait(nil) //nolint:staticcheck // a nil context never ends a wait
	}
}

// give ends the turn.
func (t *turns) give(thing string) {
	t.mu.Lock()
	waiting := t.busy[thing]
	delete(t.busy, thing)
	t.mu.Unlock()
	for _, w := range waiting {
		w.Wake()
	}
}
