// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
)

// pend starts one ask per trouble that is never answered, and waits until all are with the endpoint. isEnd says whether
// an outcome is a right one.
func (t *trial) pend(pair *rpcPair, d *desk, asks int, isEnd func(error) bool) {
	for i := range asks {
		t.goOn(pair.client, "asker", func() {
			if err := t.ask(t.ctx, pair.ref, question{ID: i, Never: true}); !isEnd(err) {
				t.errorf("a pending ask ended with: %v", err)
			}
		})
	}
	t.until("the asks to arrive", func() bool { return len(d.asked) == asks })
}

func shutdownFails(t *trial, p troublesPlan) {
	d := t.desk()
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, d.endpoint())
	stopped := func(err error) bool { return errors.Is(err, api.ErrEnvStopped) }
	t.pend(pair, d, len(p.Troubles), stopped)
	var ending atomic.Bool
	t.goOn(pair.client, "await the end", func() {
		if t.must(pair.clientEnv.AwaitTermination(t.ctx), "await the end"); !ending.Load() {
			t.errorf("an env that was not shut down is said to have ended")
		}
	})
	t.on(pair.client, "shut down", func() {
		ending.Store(true)
		t.must(pair.clientEnv.Shutdown(t.ctx), "shut down with asks pending")
		t.must(pair.clientEnv.Shutdown(t.ctx), "shut down again")
		t.must(pair.clientEnv.AwaitTermination(t.ctx), "await the end")
	})
	t.join()
	t.on(pair.client, "use a stopped env", func() {
		if err := t.ask(t.ctx, pair.ref, question{ID: 99}); !stopped(err) {
			t.errorf("an ask through a stopped env ended with: %v", err)
		}
		if err := pair.ref.Send(note{}); !stopped(err) {
			t.errorf("a message was sent through a stopped env: %v", err)
		}
		if _, err := pair.clientEnv.SetupEndpoint("new", t.desk().endpoint()); !stopped(err) {
			t.errorf("a stopped env took an endpoint: %v", err)
		}
		if _, err := pair.clientEnv.Lookup(t.ctx, pair.address.String()); !stopped(err) {
			t.errorf("a lookup through a stopped env ended with: %v", err)
		}
	})
}

// isGone says whether err is how an ask may end whose other side went away.
func isGone(err error) bool {
	return errors.Is(err, api.ErrConnectionClosed) || errors.Is(err, api.ErrEnvStopped) || errors.Is(err, api.ErrEndpointNotFound)
}

func serverGoes(t *trial, p troublesPlan) {
	d := t.desk()
	pair := t.rpcPair(p.Route%viaLocal, api.RpcEnvConfig{ConnectRetries: -1}, d.endpoint())
	t.pend(pair, d, len(p.Troubles), isGone)
	t.on(pair.server, "shut the asked env down", func() { t.must(pair.serverEnv.Shutdown(t.ctx), "shut down with asks pending") })
	t.join()
	t.on(pair.client, "ask an env that is gone", func() {
		if err := t.ask(t.ctx, pair.ref, question{ID: 99}); !isGone(err) {
			t.errorf("an ask to an env that is gone ended with: %v", err)
		}
	})
}

func hostCrashes(t *trial, p troublesPlan) {
	d := t.desk()
	pair := t.rpcPair(p.Route%viaLocal, api.RpcEnvConfig{ConnectionTimeout: 5 * time.Second, ConnectRetries: -1, ConnectTimeout: time.Second}, d.endpoint())
	t.pend(pair, d, len(p.Troubles), isGone)
	t.world.(Crasher).Crash(pair.server.Name())
	t.join()
	t.on(pair.client, "ask a host that is down", func() {
		if err := t.ask(t.ctx, pair.ref, question{ID: 99}); !isGone(err) {
			t.errorf("an ask to a host that is down ended with: %v", err)
		}
	})
	// What a crashed host had needs no end.
	t.record(func() {
		kept := t.closing[:0]
		for _, c := range t.closing {
			if c.h.Name() != pair.server.Name() {
				kept = append(kept, c)
			}
		}
		t.closing = kept
	})
}
