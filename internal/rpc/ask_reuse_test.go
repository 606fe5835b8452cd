// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// tardy is an endpoint that replies with what it was asked: at once, or about when the asker gives up, from other tasks.
func tardy(rt api.Runtime, about time.Duration) api.RpcEndpoint {
	return api.Handlers(api.Concurrent(), api.OnAsk(func(call api.RpcCallContext, m string) (string, error) {
		n := rt.Rand().Int64N(4)
		if n == 0 {
			return m, nil
		}
		rt.AfterFunc(about/2+time.Duration(n-1)*about/2, func() {
			if n == 2 {
				call.SendFailure(errors.New(m)) // nobody else answers
				return
			}
			call.Reply(m) // nobody else answers
		})
		return "", api.ErrReplyLater
	}))
}

// outcomes counts how asks ended.
type outcomes struct{ replies, failures, timeouts, aborts int }

// askTardy asks, gives some asks up itself, and checks that what comes back belongs to the ask.
func askTardy(p *place, ref api.RpcEndpointRef, who string, asks int, about time.Duration, o *outcomes, mu api.Mutex) error {
	for n := range asks {
		msg := fmt.Sprint(who, ".", n)
		ctx, cancel := api.WithCancelCause(p.ctx, p.rt)
		if n%3 == 0 {
			p.rt.AfterFunc(time.Duration(n%7)*about/4, func() { cancel(errOops) })
		}
		start := p.rt.Now()
		got, err := api.Ask[string](ctx, ref, msg)
		took, aborted := p.rt.Now().Sub(start), ctx.Err() != nil
		cancel(nil)
		mu.Lock()
		switch {
		case err == nil && got == msg:
			o.replies++
		case errors.Is(err, api.ErrTimeout) && took >= about: // not that of an earlier one
			o.timeouts++
		case errors.Is(err, errOops) && aborted:
			o.aborts++
		case err != nil && err.Error() == msg:
			o.failures++
		default:
			mu.Unlock()
			return fmt.Errorf("asked %q, got %q, %v after %v", msg, got, err, took)
		}
		mu.Unlock()
	}
	return nil
}

// hammer has callers ask a tardy endpoint, near and far, whose replies race with timeouts and aborts.
func hammer(p *place, callers, asks int, about time.Duration) (o outcomes) {
	mu := p.rt.NewMutex()
	cfg := api.RpcEnvConfig{AskTimeout: about}
	server := p.server("server", cfg)
	ref := p.endpoint(server, "tardy", tardy(p.rt, about))
	remote := p.client("client", cfg).EndpointRef(ref.Address())
	g := api.NewGroup(p.rt)
	for i := range callers {
		to := ref
		if i%2 == 0 {
			to = remote
		}
		g.Go("caller", func() error { return askTardy(p, to, fmt.Sprint(i), asks, about, &o, mu) })
	}
	if err := g.Wait(p.ctx); err != nil {
		p.Error(err)
	}
	return o
}

func (o *outcomes) add(other outcomes) {
	o.replies += other.replies
	o.failures += other.failures
	o.timeouts += other.timeouts
	o.aborts += other.aborts
}

func (o outcomes) check(t *testing.T) {
	t.Helper()
	if o.replies == 0 || o.failures == 0 || o.timeouts == 0 || o.aborts == 0 {
		t.Errorf("an outcome never came: %+v", o)
	}
	t.Logf("%+v", o)
}

// TestRepliesBelongToTheirAsks: an ask's memory is used for the next, and no outcome of the last gets into it.
func TestRepliesBelongToTheirAsks(t *testing.T) {
	t.Run("netty", func(t *testing.T) {
		onMachine(t, func(p *place) {
			o := hammer(p, 32, 200, 2*time.Millisecond)
			o.check(t)
		})
	})
	t.Run("memnet", func(t *testing.T) {
		var o outcomes
		for seed := range uint64(100) {
			inSimulation(t, seed, func(p *place) { o.add(hammer(p, 6, 20, time.Millisecond)) })
		}
		o.check(t)
	})
}
