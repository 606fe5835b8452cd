// SPDX-License-Identifier: Apache-2.0

package conformance

import (
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
