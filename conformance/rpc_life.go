// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func rpcLife() []Property {
	const family = "rpc life"
	return []Property{
		law(Property{Family: family, Name: "an env is reached at its address, and one without goes to others", Clause: "R1", Needs: Rpc}, drawStay, reached),
		law(Property{Family: family, Name: "a name belongs to one endpoint at a time", Clause: "R4", Needs: Rpc}, drawStay, oneName),
		law(Property{Family: family, Name: "a connection without asks outstanding is kept", Clause: "R20", Needs: Rpc | Plugged, waits: 8}, drawStay, keptIdle),
		law(Property{Family: family, Name: "an endpoint hears of its own errors and lives", Clause: "R32", Needs: Rpc}, drawStay, ownErrors),
		law(Property{Family: family, Name: "endpoints hear of connections, but not of the end of their own env", Clause: "R33", Needs: Rpc}, drawStay, networkEvents),
		law(Property{Family: family, Name: "an endpoint that takes long holds up no other", Clause: "R34", Needs: Rpc, waits: 4}, drawStay, slowBesideQuick),
		law(Property{Family: family, Name: "a watch tells of an endpoint's end once", Clause: "R35", Needs: Rpc | Plugged}, drawWatch, watchTells),
	}
}

type stayPlan struct {
	conditions
	Route  route
	Rounds int
	Pause  time.Duration
	Kinds  []int // of what takes long
}

func drawStay(t *rapid.T) stayPlan {
	return stayPlan{
		conditions: drawFair(t), Route: drawRemote(t),
		Rounds: rapid.IntRange(1, 4).Draw(t, "rounds"),
		Pause:  milliseconds(t, 10, 40, "pause"),
		Kinds:  rapid.SliceOfN(rapid.IntRange(0, slowKinds-1), 1, 3).Draw(t, "kinds"),
	}
}

func reached(t *trial, p stayPlan) {
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, t.desk().endpoint())
	at := pair.serverEnv.Address()
	if at.IsZero() || at.Port == 0 {
		t.fatalf("an env with a Bind has the address %v", at)
	}
	if listens := !pair.clientEnv.Address().IsZero(); listens != (p.Route == viaServer) {
		t.errorf("the env of a %v has the address %v", p.Route, pair.clientEnv.Address())
	}
	t.on(pair.client, "look up and ask", func() {
		for i := range p.Rounds {
			ref, err := pair.clientEnv.Lookup(t.ctx, "spark://"+endpointName+"@"+at.HostPort())
			t.must(err, "look up at the env's address")
			t.must(t.ask(t.ctx, ref, question{ID: i}), "ask")
		}
	})
}

func oneName(t *trial, p stayPlan) {
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, t.desk().endpoint())
	const name = "many"
	ref := pair.clientEnv.EndpointRef(api.RpcEndpointAddress{Name: name, Address: pair.address.Address})
	for i := range p.Rounds {
		e := func() api.RpcEndpoint {
			return api.Handlers(api.OnAsk(func(api.RpcCallContext, question) (answer, error) { return answer{ID: i}, nil }))
		}
		mine := t.setup(pair.server, pair.serverEnv, name, e())
		t.on(pair.server, "take the name again", func() {
			if _, err := pair.serverEnv.SetupEndpoint(name, e()); !errors.Is(err, api.ErrEndpointExists) {
				t.errorf("the name of another endpoint was taken: %v", err)
			}
		})
		t.on(pair.client, "ask the one there is", func() { t.must(t.ask(t.ctx, ref, question{ID: i}), "ask") })
		t.on(pair.server, "stop it", func() { pair.serverEnv.Stop(mine) })
		t.on(pair.client, "ask the one that was", func() {
			if err := t.ask(t.ctx, ref, question{ID: i}); !errors.Is(err, api.ErrEndpointNotFound) {
				t.errorf("an ask to an endpoint that was stopped ended with: %v", err)
			}
		})
	}
}

func keptIdle(t *trial, p stayPlan) {
	d := t.desk()
	timeout := 300*time.Millisecond + p.Pause // far above what the network and the machine take
	server := t.rpcServer(api.RpcEnvConfig{ConnectionTimeout: timeout}, d.endpoint())
	client := t.world.Host("client")
	n := t.tamper(client, tampering{})
	cfg := api.RpcEnvConfig{ConnectionTimeout: timeout, Network: n}
	if p.Route == viaServer {
		cfg.Bind = client.Address(0)
	}
	env := t.env(client, cfg)
	ref := env.EndpointRef(server.address)
	t.on(client, "ask now and then", func() {
		ctx, cancel := api.WithTimeout(t.ctx, client.Runtime(), p.Pause)
		defer cancel()
		if err := t.ask(ctx, ref, question{ID: -1, Never: true}); !isDeadline(err) { // and is outstanding no more
			t.fatalf("an ask that was given up ended with: %v", err)
		}
		for i := range 2 {
			t.must(t.ask(t.ctx, ref, question{ID: i}), "ask over a connection that was idle")
			t.sleep(client, time.Duration(p.Rounds)*timeout+p.Pause)
		}
	})
	if dials, open := n.attempts(), env.Stats().OpenConnections; dials != 1 || open != 1 {
		t.errorf("an idle connection was not kept: %d were made, %d are open", dials, open)
	}
}

func ownErrors(t *trial, p stayPlan) {
	var heard []string
	fails := func(what string) error { return fmt.Errorf("conformance: %s", what) }
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, t.desk().endpoint())
	e := t.setup(pair.server, pair.serverEnv, "failing", api.Handlers(
		api.OnStart(func(api.RpcEndpointRef) error { return fails("start") }),
		api.OnStop(func() error { return fails("stop") }),
		api.OnSend(func(_ api.RpcCallContext, n note) error {
			if n.N%2 == 1 {
				panic(fails(fmt.Sprint("note ", n.N)))
			}
			return fails(fmt.Sprint("note ", n.N))
		}),
		api.OnAsk(func(_ api.RpcCallContext, q question) (answer, error) { return answer{ID: q.ID}, nil }),
		api.OnError(func(cause error) { t.record(func() { heard = append(heard, cause.Error()) }) }),
	))
	want := []string{"conformance: start"}
	ref := pair.clientEnv.EndpointRef(e.Address())
	t.on(pair.client, "make it fail", func() {
		for i := range p.Rounds {
			t.must(ref.Send(note{N: i}), "send")
			t.must(t.ask(t.ctx, ref, question{ID: i}), "ask an endpoint that failed")
		}
	})
	for i := range p.Rounds {
		prefix := ""
		if i%2 == 1 {
			prefix = "panic: "
		}
		want = append(want, fmt.Sprintf("%sconformance: note %d", prefix, i))
	}
	t.on(pair.server, "stop it", func() { pair.serverEnv.Stop(e) })
	want = append(want, "conformance: stop")
	t.until("its last error", func() bool { return len(heard) >= len(want) })
	t.finish()
	if !slices.Equal(heard, want) {
		t.errorf("OnError heard %q, want %q", heard, want)
	}
}
