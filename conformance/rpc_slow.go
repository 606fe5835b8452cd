// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
)

// How an endpoint takes long.
const (
	slowInAsk    = iota // it waits for another's answer
	slowInWait          // it waits for something else
	slowByItself        // it does so in loops of its own
	slowKinds
)

// hold is an ask whose handler ends when the trial lets it.
type hold struct{ Kind int }

// slowBesideQuick keeps more endpoints busy than the env has loops.
func slowBesideQuick(t *trial, p stayPlan) {
	d := t.desk()
	pair := t.rpcServer(api.RpcEnvConfig{MessageLoops: 1}, d.endpoint())
	release := api.NewQueue[int](d.rt, 0)
	never := t.setup(pair.server, pair.serverEnv, "never", api.Handlers(
		api.OnAsk(func(api.RpcCallContext, question) (answer, error) { return answer{}, api.ErrReplyLater }),
	))
	var inside, left int
	client := t.world.Host("client")
	env := t.env(client, api.RpcEnvConfig{})
	for i, kind := range p.Kinds {
		handlers := []api.Handler{api.OnAsk(func(call api.RpcCallContext, m hold) (answer, error) {
			t.record(func() { inside++ })
			defer t.record(func() { left++ })
			if m.Kind == slowInAsk {
				ctx, cancel := api.WithCancel(call.Context(), d.rt)
				d.rt.Go("release", func() { _, _ = release.Get(t.ctx); cancel() })
				_ = t.ask(ctx, never, question{}) // it ends with ctx
				return answer{}, nil
			}
			_, err := release.Get(t.ctx)
			return answer{}, err
		})}
		if kind == slowByItself {
			handlers = append(handlers, api.Isolated(1))
		}
		ref := t.setup(pair.server, pair.serverEnv, fmt.Sprint("slow ", i), api.Handlers(handlers...))
		t.goOn(client, "hold up", func() {
			_, err := api.Ask[answer](t.ctx, env.EndpointRef(ref.Address()), hold{Kind: kind})
			t.must(err, "ask an endpoint that takes long")
		})
	}
	t.until("all to be held up", func() bool { return inside == len(p.Kinds) })
	t.on(client, "ask another endpoint", func() {
		for i := range p.Rounds {
			t.must(t.ask(t.ctx, env.EndpointRef(pair.address), question{ID: i}), "ask beside endpoints that take long")
		}
	})
	if left > 0 {
		t.errorf("%d of them ended before they were let", left)
	}
	for range p.Kinds {
		t.must(release.Put(t.ctx, 0), "release")
	}
	t.join()
}

// fullInbox asks an endpoint that is stuck more than its inbox takes.
func fullInbox(t *trial, p refusalsPlan) {
	var answered, refused int
	release := api.NewQueue[int](t.world.Host("server").Runtime(), 0)
	pair := t.rpcServer(api.RpcEnvConfig{InboxMessages: p.Messages}, t.desk().endpoint(
		api.OnAsk(func(api.RpcCallContext, hold) (answer, error) {
			if _, err := release.Get(t.ctx); !errors.Is(err, api.ErrQueueClosed) {
				return answer{}, err
			}
			return answer{}, nil
		}),
	))
	client := t.world.Host("client")
	ref := t.env(client, api.RpcEnvConfig{}).EndpointRef(pair.address)
	most := 2*p.Messages + 2 // twice the bound, one that is handled, and one on its way
	asks := 2 * most
	for range asks {
		t.goOn(client, "ask", func() {
			_, err := api.Ask[answer](t.ctx, ref, hold{})
			switch {
			case err == nil:
				t.record(func() { answered++ })
			case errors.Is(err, api.ErrInboxFull):
				t.record(func() { refused++ })
			default:
				t.errorf("an ask to an endpoint that is stuck ended with: %v", err)
			}
		})
	}
	t.until("asks to be refused", func() bool { return refused >= asks-most })
	release.Close()
	t.join()
	t.on(client, "ask again", func() { t.must(t.ask(t.ctx, ref, question{}), "ask an endpoint that has caught up") })
	if answered > most || answered+refused != asks {
		t.errorf("of %d asks to an inbox for %d messages %d were answered and %d refused", asks, p.Messages, answered, refused)
	}
}
