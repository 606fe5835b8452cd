// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func rpcTimeouts() []Property {
	const family = "rpc timeouts"
	return []Property{
		law(Property{Family: family, Name: "an ask without a reply ends with a timeout that names the setting, and not before", Clause: "R15", Needs: Rpc | Plugged, waits: 2}, drawTimeout, unanswered),
		law(Property{Family: family, Name: "a late reply is ignored and disturbs no other ask", Clause: "R16", Needs: Rpc, waits: 2}, drawTimeout, lateReply),
		law(Property{Family: family, Name: "an ask ends when its context does", Clause: "R17", Needs: Rpc, waits: 2}, drawTimeout, askContext),
		law(Property{Family: family, Name: "a lookup that nobody answers ends with a timeout that names the setting", Clause: "R18", Needs: Rpc | Connections, waits: 2}, drawTimeout, silentLookup),
		law(Property{Family: family, Name: "a connection with asks outstanding and no traffic is given up", Clause: "R19", Needs: Rpc | Connections, waits: 2}, drawTimeout, silentConnection),
	}
}

type timeoutPlan struct {
	conditions
	Route   route
	Timeout time.Duration
	Asks    int
	Mute    bool // the connection swallows the ask; else the handler does
	Cancel  bool // the context is cancelled; else it has a deadline
}

func drawTimeout(t *rapid.T) timeoutPlan {
	return timeoutPlan{
		conditions: drawFair(t), Route: drawRoute(t),
		Timeout: milliseconds(t, 10, 60, "timeout"),
		Asks:    rapid.IntRange(1, 4).Draw(t, "asks"),
		Mute:    rapid.Bool().Draw(t, "mute"),
		Cancel:  rapid.Bool().Draw(t, "cancel"),
	}
}

func unanswered(t *trial, p timeoutPlan) {
	d := t.desk()
	cfg := api.RpcEnvConfig{AskTimeout: p.Timeout}
	if p.Mute {
		cfg.Network = t.tamper(t.world.Host("client"), tampering{Mute: 1})
	}
	pair := t.rpcPair(p.Route%viaLocal, cfg, d.endpoint())
	rt := pair.client.Runtime()
	for i := range p.Asks {
		t.goOn(pair.client, "asker", func() {
			start := rt.Now()
			err := t.ask(t.ctx, pair.ref, question{ID: i, Never: true})
			if took := rt.Now().Sub(start); took < p.Timeout {
				t.errorf("an ask with a timeout of %v ended after %v: %v", p.Timeout, took, err)
			}
			t.isTimeout(err, "AskTimeout", p.Timeout)
		})
	}
	t.join()
}

// isTimeout checks an error that says which setting ended the wait.
func (t *trial) isTimeout(err error, setting string, after time.Duration) {
	var timeout *api.TimeoutError
	if !errors.Is(err, api.ErrTimeout) || !errors.As(err, &timeout) {
		t.errorf("what nobody answered ended with: %v", err)
		return
	}
	if !strings.HasSuffix(timeout.Setting, setting) || timeout.After != after || !strings.Contains(err.Error(), endpointName) {
		t.errorf("the timeout does not name operation, setting %s and %v: %v", setting, after, err)
	}
}

func lateReply(t *trial, p timeoutPlan) {
	d := t.desk()
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, d.endpoint())
	rt := pair.client.Runtime()
	t.on(pair.client, "ask", func() {
		for i := range p.Asks {
			ctx, cancel := api.WithTimeout(t.ctx, rt, p.Timeout)
			err := t.ask(ctx, pair.ref, question{ID: 2 * i, Delay: p.Timeout + time.Duration(i)*time.Millisecond})
			cancel()
			if err != nil && !isDeadline(err) {
				t.fatalf("an ask that was given up ended with: %v", err)
			}
			// Replies are on their way now, or will be while this waits.
			t.must(t.ask(t.ctx, pair.ref, question{ID: 2*i + 1, Delay: p.Timeout}), "ask after an ask that was given up")
		}
	})
}

func isDeadline(err error) bool {
	return errors.Is(err, api.ErrTimeout) || errors.Is(err, context.DeadlineExceeded)
}

// errGivenUp is why asks are cancelled.
var errGivenUp = errors.New("conformance: given up")

func askContext(t *trial, p timeoutPlan) {
	d := t.desk()
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, d.endpoint())
	rt := pair.client.Runtime()
	for i := range p.Asks {
		t.goOn(pair.client, "asker", func() {
			start := rt.Now()
			var ctx context.Context
			var cancel context.CancelFunc
			if p.Cancel {
				abort, because := api.WithCancelCause(t.ctx, rt)
				ctx, cancel = abort, func() { because(errGivenUp) }
				rt.AfterFunc(p.Timeout, cancel)
			} else {
				ctx, cancel = api.WithTimeout(t.ctx, rt, p.Timeout)
			}
			defer cancel()
			err := t.ask(ctx, pair.ref, question{ID: i, Never: true})
			if took := rt.Now().Sub(start); took < p.Timeout {
				t.errorf("an ask whose context ends after %v ended after %v: %v", p.Timeout, took, err)
			}
			if p.Cancel && (!errors.Is(err, context.Canceled) || !errors.Is(err, errGivenUp)) || !p.Cancel && !isDeadline(err) {
				t.errorf("an ask whose context ended (cancelled %v) ended with: %v", p.Cancel, err)
			}
		})
	}
	t.join()
	t.on(pair.client, "ask again", func() {
		t.must(t.ask(t.ctx, pair.ref, question{ID: -1}), "ask after the asks that were given up")
	})
}

func silentLookup(t *trial, p timeoutPlan) {
	address := t.silence(t.world.Host("server"))
	h := t.world.Host("client")
	env := t.env(h, api.RpcEnvConfig{LookupTimeout: p.Timeout})
	t.on(h, "look up", func() {
		start := h.Runtime().Now()
		_, err := env.Lookup(t.ctx, api.RpcEndpointAddress{Name: endpointName, Address: address}.String())
		if took := h.Runtime().Now().Sub(start); took < p.Timeout {
			t.errorf("a lookup with a timeout of %v ended after %v: %v", p.Timeout, took, err)
		}
		t.isTimeout(err, "LookupTimeout", p.Timeout)
	})
}

func silentConnection(t *trial, p timeoutPlan) {
	address := t.silence(t.world.Host("server"))
	h := t.world.Host("client")
	env := t.env(h, api.RpcEnvConfig{ConnectionTimeout: p.Timeout})
	ref := env.EndpointRef(api.RpcEndpointAddress{Name: endpointName, Address: address})
	for i := range p.Asks {
		t.goOn(h, "asker", func() {
			start := h.Runtime().Now()
			err := t.ask(t.ctx, ref, question{ID: i})
			if took := h.Runtime().Now().Sub(start); took < p.Timeout {
				t.errorf("a silent connection with a timeout of %v failed after %v: %v", p.Timeout, took, err)
			}
			if !errors.Is(err, api.ErrConnectionClosed) {
				t.errorf("an ask over a silent connection ended with: %v", err)
			}
		})
	}
	t.join()
}
