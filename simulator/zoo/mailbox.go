// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"

	"github.com/twinwire/twinwire/api"
)

type letter struct{ Text string }

// A mailbox keeps letters until somebody takes them.
type mailbox struct {
	rt api.Runtime

	mu      api.Mutex
	letters []letter
	waiting []api.Waiter
}

func newMailbox(rt api.Runtime) *mailbox { return &mailbox{rt: rt, mu: rt.NewMutex()} }

// endpoint takes the letters that others bring.
func (b *mailbox) endpoint() api.RpcEndpoint {
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, l letter) (bool, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.letters = append(b.letters, l)
		for _, w := range b.waiting {
			w.Wake()
		}
		b.waiting = nil
		return true, nil
	}))
}

// take waits for a letter: it looks, and if there is none, has itself woken by the next.
func (b *mailbox) take(ctx context.Context) (letter, error) {
	for {
		b.mu.Lock()
		l, ok := b.first()
		b.mu.Unlock()
		if ok {
			return l, nil
		}
		w := b.rt.NewWaiter()
		b.mu.Lock()
		b.waiting = append(b.waiting, w)
		b.mu.Unlock()
		if err := w.Wait(ctx); err != nil {
			return letter{}, err
		}
	}
}

// takeSafely looks and has itself woken under one lock.
func (b *mailbox) takeSafely(ctx context.Context) (letter, error) {
	for {
		w := b.rt.NewWaiter()
		b.mu.Lock()
		l, ok := b.first()
		if !ok {
			b.waiting = append(b.waiting, w)
		}
		b.mu.Unlock()
		if ok {
			return l, nil
		}
		if err := w.Wait(ctx); err != nil {
			return letter{}, err
		}
	}
}

// first takes the oldest letter. The caller holds the lock.
func (b *mailbox) first() (letter, bool) {
	if len(b.letters) == 0 {
		return letter{}, false
	}
	l := b.letters[0]
	b.letters = b.letters[1:]
	return l, true
}
