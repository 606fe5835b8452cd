// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"time"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func rpcRetries() []Property {
	const family = "rpc retries"
	return []Property{
		law(Property{Family: family, Name: "a message that may have arrived is never sent again", Clause: "R9", Needs: Rpc | Plugged}, drawFoulCuts, atMostOnce),
		law(Property{Family: family, Name: "messages wait while a refused connection is tried again", Clause: "R11", Needs: Rpc | Plugged}, drawRefusals, waitForConnection),
		law(Property{Family: family, Name: "an unreachable peer is tried as often as configured, then asks fail", Clause: "R12", Needs: Rpc | Plugged}, drawRefusals, boundedConnecting),
		law(Property{Family: family, Name: "after a cut the next ask goes over a new connection", Clause: "R13", Needs: Rpc | Plugged}, drawCuts, reconnect),
	}
}

type cutsPlan struct {
	conditions
	Route     route
	Tampering tampering
	Askers    int
	Asks      int // each
	Pad       int // bytes
	Delay     time.Duration
}

func drawCuts(t *rapid.T) cutsPlan {
	cut := rapid.SliceOfN(rapid.IntRange(0, 2_500), 0, 4)
	return cutsPlan{
		conditions: drawFair(t), Route: drawRemote(t),
		Tampering: tampering{CutWrite: cut.Draw(t, "cut write"), CutRead: cut.Draw(t, "cut read")},
		Askers:    rapid.IntRange(1, 3).Draw(t, "askers"),
		Asks:      rapid.IntRange(1, 8).Draw(t, "asks"),
		Pad:       rapid.IntRange(0, 500).Draw(t, "pad"),
		Delay:     milliseconds(t, 0, 2, "delay"),
	}
}

func drawFoulCuts(t *rapid.T) cutsPlan {
	p := drawCuts(t)
	p.conditions = drawFoul(t)
	return p
}

// quickConnect makes the repetition of a connection attempt cheap.
func quickConnect(n *tamperedNetwork) api.RpcEnvConfig {
	return api.RpcEnvConfig{Network: n, ConnectRetryWait: 2 * time.Millisecond}
}

func atMostOnce(t *trial, p cutsPlan) {
	d := t.desk()
	pair := t.rpcPair(p.Route, quickConnect(t.tamper(t.world.Host("client"), p.Tampering)), d.endpoint())
	answered := map[int]bool{}
	for asker := range p.Askers {
		t.goOn(pair.client, "asker", func() {
			for i := range p.Asks {
				id := asker*p.Asks + i
				_ = pair.ref.Send(note{From: asker, N: i}) // it may get lost
				switch err := t.ask(t.ctx, pair.ref, question{ID: id, Delay: p.Delay, Pad: make([]byte, p.Pad)}); {
				case err == nil:
					t.record(func() { answered[id] = true })
				case !errors.Is(err, api.ErrConnectionClosed):
					t.fatalf("an ask over a failing connection ended with: %v", err)
				}
			}
		})
	}
	t.join()
	t.finish()
	for id := range p.Askers * p.Asks {
		if n := d.times(id); n > 1 || answered[id] && n != 1 {
			t.errorf("ask %d was handled %d times, answered %v", id, n, answered[id])
		}
	}
	seen := map[[2]int]bool{}
	for _, n := range d.handled() {
		if seen[[2]int{n.From, n.N}] {
			t.errorf("note %d of sender %d was handled twice", n.N, n.From)
		}
		seen[[2]int{n.From, n.N}] = true
	}
}

func reconnect(t *trial, p cutsPlan) {
	d := t.desk()
	n := t.tamper(t.world.Host("client"), p.Tampering)
	pair := t.rpcPair(p.Route, quickConnect(n), d.endpoint())
	failed := 0
	t.on(pair.client, "ask", func() {
		for id := range p.Askers * p.Asks {
			err := t.ask(t.ctx, pair.ref, question{ID: id, Delay: p.Delay, Pad: make([]byte, p.Pad)})
			if err == nil {
				continue
			}
			if !errors.Is(err, api.ErrConnectionClosed) {
				t.fatalf("an ask over a cut connection ended with: %v", err)
			}
			if failed++; failed > n.cuts() {
				t.fatalf("%d asks failed, one after the other, by %d cuts: %v", failed, n.cuts(), err)
			}
		}
	})
}

type refusalsPlan struct {
	conditions
	Route    route
	Refuse   int // first connection attempts
	Retries  int
	Messages int
}

func drawRefusals(t *rapid.T) refusalsPlan {
	return refusalsPlan{
		conditions: drawFair(t), Route: drawRemote(t),
		Refuse:   rapid.IntRange(0, 3).Draw(t, "refuse"),
		Retries:  rapid.SampledFrom([]int{-1, 1, 2}).Draw(t, "retries"),
		Messages: rapid.IntRange(1, 10).Draw(t, "messages"),
	}
}

func waitForConnection(t *trial, p refusalsPlan) {
	d := t.desk()
	n := t.tamper(t.world.Host("client"), tampering{Refuse: p.Refuse})
	cfg := quickConnect(n)
	cfg.ConnectRetries = max(p.Refuse, 1)
	pair := t.rpcPair(p.Route, cfg, d.endpoint())
	t.on(pair.client, "send and ask", func() {
		for i := range p.Messages {
			t.must(pair.ref.Send(note{N: i}), "send")
		}
		got, err := api.Ask[tallied](t.ctx, pair.ref, tally{})
		t.must(err, "ask while connecting")
		if got.Notes != p.Messages {
			t.errorf("%d of %d notes that waited for the connection were handled", got.Notes, p.Messages)
		}
	})
	if got := n.attempts(); got != p.Refuse+1 {
		t.errorf("%d refusals took %d connection attempts", p.Refuse, got)
	}
	for i, m := range d.handled() {
		if m.N != i {
			t.fatalf("note %d was handled when note %d was due", m.N, i)
		}
	}
}

func boundedConnecting(t *trial, p refusalsPlan) {
	d := t.desk()
	n := t.tamper(t.world.Host("client"), tampering{Refuse: -1})
	cfg := quickConnect(n)
	cfg.ConnectRetries = p.Retries
	pair := t.rpcPair(p.Route, cfg, d.endpoint())
	each := 1 + max(p.Retries, 0)
	t.on(pair.client, "ask nobody", func() {
		for i := range min(p.Messages, 3) {
			err := t.ask(t.ctx, pair.ref, question{ID: i})
			if !errors.Is(err, api.ErrConnectionClosed) {
				t.fatalf("an ask to an unreachable peer ended with: %v", err)
			}
			if got := n.attempts(); got != each*(i+1) {
				t.fatalf("%d asks with %d retries each took %d connection attempts", i+1, max(p.Retries, 0), got)
			}
		}
		n.heal()
		t.must(t.ask(t.ctx, pair.ref, question{ID: 99}), "ask once the peer can be reached")
	})
	if d.times(0) != 0 {
		t.errorf("an ask that failed before there was a connection was handled")
	}
}
