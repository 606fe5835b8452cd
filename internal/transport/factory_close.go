// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/twinwire/twinwire/api"
)

var errFactoryClosed = errors.New("client factory is closed")

// register keeps c until it ends, so that Close finds it. It reports false when the factory is closed.
func (f *ClientFactory) register(c *Client) bool {
	f.mu.Lock()
	if f.closed.Load() {
		f.mu.Unlock()
		return false
	}
	f.count++
	f.open[c] = f.count
	f.mu.Unlock()
	c.awaitEnd(func() {
		f.mu.Lock()
		delete(f.open, c)
		f.frames += c.frames()
		if f.spare[c.remote] == c {
			delete(f.spare, c.remote)
		}
		f.prune(c.remote)
		f.mu.Unlock()
	})
	return true
}

// Each hands every connection that has not ended to f, in the order in which they were made.
func (f *ClientFactory) Each(do func(*Client)) {
	f.mu.Lock()
	clients := sortedClients(f.open)
	f.mu.Unlock()
	for _, c := range clients {
		do(c)
	}
}

// prune forgets the pool of an address without a connection, unless its last failure still counts. It is called with mu
// held.
func (f *ClientFactory) prune(address string) {
	p := f.pools[address]
	if p == nil || p.failed && f.cfg.RetryWait > 0 {
		return
	}
	for i := range p.slots {
		slot := &p.slots[i]
		if slot.client != nil && f.open[slot.client] == 0 {
			slot.client = nil
		}
		if slot.client != nil || slot.connecting {
			return
		}
	}
	delete(f.pools, address)
}

// Open is how many connections have not ended.
func (f *ClientFactory) Open() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.open)
}

// Frames is how many frames its connections have taken by [Client.SendFrame]. Each counts its own, under the lock that it
// takes for a frame anyway.
func (f *ClientFactory) Frames() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.frames
	for c := range f.open { // a sum: their order does not matter
		n += c.frames()
	}
	return n
}

// Close closes every connection, after what waits to be written, and waits until each has told everybody, or ctx is
// done. Attempts to connect fail, those under way and later ones.
func (f *ClientFactory) Close(ctx context.Context) error {
	f.mu.Lock()
	f.closed.Store(true)
	attempts := f.attemptsLocked()
	clients := sortedClients(f.open)
	f.mu.Unlock()
	for _, giveUp := range attempts {
		giveUp()
	}
	return closeAll(ctx, f.rt, clients)
}

// attemptsLocked are what ends each attempt to connect. One that is not found has not looked yet whether the factory is closed.
func (f *ClientFactory) attemptsLocked() (all []context.CancelFunc) {
	for _, address := range slices.Sorted(maps.Keys(f.pools)) {
		slots := f.pools[address].slots
		for i := range slots {
			if giveUp := slots[i].giveUp.Load(); giveUp != nil {
				all = append(all, *giveUp)
			}
		}
	}
	return all
}

func sortedClients(open map[*Client]uint64) []*Client {
	return sortedKeys(open, func(a, b *Client) int { return cmp.Compare(open[a], open[b]) })
}

// closeAll closes clients once what they were given is written, and waits for their ends. When ctx is done first it
// closes them at once.
func closeAll(ctx context.Context, rt api.Runtime, clients []*Client) error {
	g := newCountdown(rt, len(clients))
	for _, c := range clients {
		c.Finish()
		c.awaitEnd(g.done)
	}
	err := g.wait(ctx)
	if err != nil {
		for _, c := range clients {
			c.Close()
		}
	}
	return err
}

// countdown waits for a number of events.
type countdown struct {
	w api.Waiter

	mu   api.Mutex
	left int
}

func newCountdown(rt api.Runtime, n int) *countdown {
	return &countdown{w: rt.NewWaiter(), mu: rt.NewMutex(), left: n}
}

func (g *countdown) done() {
	g.mu.Lock()
	g.left--
	g.mu.Unlock()
	g.w.Wake()
}

func (g *countdown) wait(ctx context.Context) error {
	for {
		g.mu.Lock()
		left := g.left
		g.mu.Unlock()
		if left == 0 {
			return nil
		}
		if err := g.w.Wait(ctx); err != nil {
			return err
		}
	}
}
