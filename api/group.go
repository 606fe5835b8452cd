// SPDX-License-Identifier: Apache-2.0

package api

import "context"

// Group runs tasks and waits for them: what sync.WaitGroup and errgroup are elsewhere. Make one with [NewGroup]. Safe
// for concurrent use.
type Group struct {
	rt Runtime

	mu      Mutex
	running int
	err     error    // the first error, in the order of ending
	waiting []Waiter // of tasks in Wait
}

// NewGroup returns a group without tasks on rt.
func NewGroup(rt Runtime) *Group { return &Group{rt: rt, mu: rt.NewMutex()} }

// Go runs f as a task of the group.
func (g *Group) Go(name string, f func() error) {
	g.mu.Lock()
	g.running++
	g.mu.Unlock()
	g.rt.Go(name, func() { g.done(f()) })
}

func (g *Group) done(err error) {
	g.mu.Lock()
	g.running--
	if g.err == nil {
		g.err = err
	}
	var wake []Waiter
	if g.running == 0 {
		wake, g.waiting = g.waiting, nil
	}
	g.mu.Unlock()
	for _, w := range wake {
		w.Wake()
	}
}

// Wait returns when no task of the group runs, with the first error one of them returned; or with ctx.Err() when ctx
// is done first, while the tasks go on.
func (g *Group) Wait(ctx context.Context) error {
	w := g.rt.NewWaiter()
	for {
		g.mu.Lock()
		if g.running == 0 {
			err := g.err
			g.mu.Unlock()
			return err
		}
		g.waiting = append(g.waiting, w)
		g.mu.Unlock()
		if err := w.Wait(ctx); err != nil {
			return err
		}
	}
}
