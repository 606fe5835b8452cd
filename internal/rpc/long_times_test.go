// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// TestLongestTimes: settings that mean "never" neither overflow nor come true early.
func TestLongestTimes(t *testing.T) {
	inWorlds(t, func(p *place) {
		const never, soon = math.MaxInt64, 10 * time.Millisecond
		cfg := api.RpcEnvConfig{AskTimeout: never, LookupTimeout: never, WatchTimeout: never, ConnectTimeout: never, ConnectionTimeout: never, ConnectRetryWait: never}
		p.both(cfg, func() api.RpcEndpoint {
			return echo(api.OnAsk(func(api.RpcCallContext, int) (int, error) { return 0, api.ErrReplyLater }))
		}, func(where string, ref api.RpcEndpointRef) {
			p.mustAsk(ref, "you", "you")
			p.timesOut(where, ref, soon)
		})
		network, listen := p.host("nowhere")
		l, err := network.Listen(p.ctx, listen)
		if err != nil {
			p.Fatal(err)
		}
		at, err := api.ParseRpcAddress(l.Addr().String())
		if err != nil {
			p.Fatal(err)
		}
		l.Close() // nobody is there
		client := p.client("client", cfg)
		p.timesOut("nowhere", client.EndpointRef(api.RpcEndpointAddress{Name: "e", Address: at}), 50*time.Millisecond)
		if n := client.Stats().ConnectRetries; n != 1 {
			p.Errorf("%d retries begun, want the one that is never made", n)
		}
	})
}

// timesOut asks what is not answered, for so long.
func (p *place) timesOut(where string, ref api.RpcEndpointRef, after time.Duration) {
	p.Helper()
	began := p.rt.Now()
	ctx, cancel := api.WithTimeout(p.ctx, p.rt, after)
	defer cancel()
	_, err := api.Ask[int](ctx, ref, 1)
	took := p.rt.Now().Sub(began) // the error counts from the ask, which may begin later than the context
	var timeout *api.TimeoutError
	if !errors.As(err, &timeout) || timeout.Setting != api.SettingContext || took < after || timeout.After > patience {
		p.Errorf("%s: %v after %v", where, err, took)
	}
}

// TestLongRetryWait: a wait that is longer than those between repetitions usually get does not become shorter.
func TestLongRetryWait(t *testing.T) {
	inSimulation(t, 1, func(p *place) {
		client := p.client("client", api.RpcEnvConfig{ConnectRetries: 2, ConnectRetryWait: time.Minute, AskTimeout: time.Hour})
		began := p.rt.Now()
		_, err := api.Ask[string](p.ctx, client.EndpointRef(api.RpcEndpointAddress{Name: "e", Address: api.NewRpcAddress("nowhere", 1)}), "you")
		p.wantErr("an ask of nobody", err, api.ErrConnectionClosed)
		if took := p.rt.Now().Sub(began); took < 2*time.Minute {
			p.Errorf("it was given up after %v", took)
		}
	})
}
