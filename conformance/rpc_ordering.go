// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"time"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func rpcOrdering() []Property {
	const family = "rpc ordering"
	return []Property{
		law(Property{Family: family, Name: "messages of one sender arrive in the order sent", Clause: "R5", Needs: Rpc}, drawSends, sendsInOrder),
		law(Property{Family: family, Name: "an ask is handled after the sends before it", Clause: "R6", Needs: Rpc}, drawSends, askIsABarrier),
		law(Property{Family: family, Name: "every ask gets its own reply", Clause: "R7", Needs: Rpc}, drawAsks, ownReply),
		law(Property{Family: family, Name: "an endpoint handles one message at a time", Clause: "R3", Needs: Rpc}, drawAsks, oneAtATime),
		law(Property{Family: family, Name: "an endpoint starts first, stops last, and handles what was queued", Clause: "R2", Needs: Rpc}, drawLife, lifeCycle),
	}
}

type sendsPlan struct {
	conditions
	Route    route
	Senders  int
	Messages int // each
	Pad      int // bytes
}

func drawSends(t *rapid.T) sendsPlan {
	return sendsPlan{
		conditions: drawFair(t), Route: drawRoute(t),
		Senders:  rapid.IntRange(1, 3).Draw(t, "senders"),
		Messages: rapid.IntRange(1, 30).Draw(t, "messages"),
		Pad:      rapid.IntRange(0, 2_000).Draw(t, "pad"),
	}
}

func sendsInOrder(t *trial, p sendsPlan) {
	d := t.desk()
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, d.endpoint())
	for from := range p.Senders {
		t.goOn(pair.client, "sender", func() {
			for n := range p.Messages {
				t.must(pair.ref.Send(note{From: from, N: n, Pad: make([]byte, p.Pad)}), "send")
			}
		})
	}
	t.join()
	t.until("every note to arrive", func() bool { return len(d.notes) >= p.Senders*p.Messages })
	t.finish()
	next := make([]int, p.Senders)
	for _, n := range d.handled() {
		if n.N != next[n.From] {
			t.fatalf("note %d of sender %d was handled when note %d was due", n.N, n.From, next[n.From])
		}
		next[n.From]++
	}
}

func askIsABarrier(t *trial, p sendsPlan) {
	d := t.desk()
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, d.endpoint())
	for from := range p.Senders {
		t.goOn(pair.client, "sender", func() {
			for n := range p.Messages {
				t.must(pair.ref.Send(note{From: from, N: n, Pad: make([]byte, p.Pad)}), "send")
				if n%7 != from {
					continue
				}
				got, err := api.Ask[tallied](t.ctx, pair.ref, tally{From: from})
				t.must(err, "ask")
				if got.Notes != n+1 {
					t.fatalf("sender %d had sent %d notes before it asked, and %d were handled", from, n+1, got.Notes)
				}
			}
		})
	}
	t.join()
}

type asksPlan struct {
	conditions
	Route  route
	Askers int
	Asks   int             // each
	Delays []time.Duration // before the replies, in turn
	Pad    int             // bytes
}

func drawAsks(t *rapid.T) asksPlan {
	return asksPlan{
		conditions: drawFair(t), Route: drawRoute(t),
		Askers: rapid.IntRange(1, 5).Draw(t, "askers"),
		Asks:   rapid.IntRange(1, 6).Draw(t, "asks"),
		Delays: rapid.SliceOfN(rapid.SampledFrom([]time.Duration{0, time.Millisecond, 3 * time.Millisecond}), 1, 5).Draw(t, "delays"),
		Pad:    rapid.IntRange(0, 2_000).Draw(t, "pad"),
	}
}

func ownReply(t *trial, p asksPlan) {
	d := t.desk()
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, d.endpoint())
	for asker := range p.Askers {
		t.goOn(pair.client, "asker", func() {
			for i := range p.Asks {
				id := asker*p.Asks + i
				q := question{ID: id, Delay: p.Delays[id%len(p.Delays)], Pad: make([]byte, p.Pad)}
				t.must(t.ask(t.ctx, pair.ref, q), "ask")
			}
		})
	}
	t.join()
	t.finish()
	for id := range p.Askers * p.Asks {
		if n := d.times(id); n != 1 {
			t.errorf("question %d was answered after it was handled %d times", id, n)
		}
	}
}

// visit is an ask whose handler takes a while.
type visit struct{ Delay time.Duration }

func oneAtATime(t *trial, p asksPlan) {
	d := t.desk()
	inside := 0
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, d.endpoint(api.OnAsk(func(call api.RpcCallContext, v visit) (answer, error) {
		alone := false
		t.record(func() { inside++ })
		err := api.Sleep(call.Context(), d.rt, v.Delay)
		d.rt.Yield()
		t.record(func() { alone = inside == 1; inside-- })
		if !alone {
			t.errorf("a message was handled while another was")
		}
		return answer{}, err
	})))
	for asker := range p.Askers {
		t.goOn(pair.client, "asker", func() {
			for i := range p.Asks {
				_, err := api.Ask[answer](t.ctx, pair.ref, visit{Delay: p.Delays[(asker+i)%len(p.Delays)]})
				t.must(err, "ask")
			}
		})
	}
	t.join()
}

type lifePlan struct {
	conditions
	Before   int           // notes sent before the stop
	Slow     time.Duration // what OnStart takes
	Shutdown bool          // the env is shut down, not only the endpoint stopped
}

func drawLife(t *rapid.T) lifePlan {
	return lifePlan{
		conditions: drawFair(t),
		Before:     rapid.IntRange(0, 20).Draw(t, "before"),
		Slow:       milliseconds(t, 0, 5, "slow"),
		Shutdown:   rapid.Bool().Draw(t, "shutdown"),
	}
}

func lifeCycle(t *trial, p lifePlan) {
	d := t.desk()
	pair := t.rpcServer(api.RpcEnvConfig{}, d.endpoint())
	second := t.desk()
	life := api.Handlers(
		api.OnStart(func(api.RpcEndpointRef) error {
			err := api.Sleep(t.ctx, d.rt, p.Slow)
			t.record(func() { second.started++ })
			return err
		}),
		api.OnStop(func() error { t.record(func() { second.stopped++ }); return nil }),
		api.OnSend(func(_ api.RpcCallContext, n note) error {
			second.take(func() { second.notes = append(second.notes, n) })
			return nil
		}),
	)
	t.on(pair.server, "live and die", func() {
		ref, err := pair.serverEnv.SetupEndpoint("second", life)
		t.must(err, "register")
		for n := range p.Before {
			t.must(ref.Send(note{N: n}), "send")
		}
		if p.Shutdown {
			t.must(pair.serverEnv.Shutdown(t.ctx), "shut down")
		} else {
			pair.serverEnv.Stop(ref)
		}
		_ = ref.Send(note{N: -1}) // whether it is refused or dropped, it must not be handled
	})
	t.until("the endpoint to stop", func() bool { return second.stopped > 0 })
	if !p.Shutdown {
		t.setup(pair.server, pair.serverEnv, "second", t.desk().endpoint())
	}
	t.finish()
	for n, got := range second.handled() {
		if got.N != n {
			t.errorf("note %d was handled when note %d was due", got.N, n)
		}
	}
	if len(second.notes) != p.Before || second.started != 1 || second.stopped != 1 || second.late != 0 {
		t.fatalf("%d of %d notes were handled, OnStart ran %d times, OnStop %d times, %d notes came outside of them",
			len(second.notes), p.Before, second.started, second.stopped, second.late)
	}
}
