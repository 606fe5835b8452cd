// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/bench/peer"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

// message is either form of the message that is echoed.
type message interface {
	peer.Message | peer.SelfMessage
}

// A load is clients that ask one server, one ask after the other each.
type load struct {
	clients int
	idle    int // hosts with an env that do nothing
	asks    int // of each client
	faults  fault.Profile
}

// payload is the bytes of one message.
const payload = 64

// near is the network of W1 and W3: 0.5 ms one way and a little more, with the faults of a healthy local network.
func near() fault.Profile {
	p := fault.LAN()
	p.LatencyMin, p.LatencyMean, p.ResetPPM = 500*time.Microsecond, 500*time.Microsecond, 10
	return p
}

// far is the network of W2: 1 ms to 10 ms one way, and connections that are cut about once in 100 s.
func far() fault.Profile {
	p := near()
	p.LatencyMin, p.LatencyMean, p.ResetPPM = time.Millisecond, 4*time.Millisecond, 100
	return p
}

// world returns a world that does the work.
func world[M message](l load, seed uint64) *memnet.World {
	w := memnet.New(memnet.Config{Seed: seed, Faults: l.faults, MaxTime: 100 * 365 * 24 * time.Hour, MaxSteps: 1 << 62})
	server := w.Host("server")
	server.Boot(func(context.Context) error {
		env, err := server.NewRpcEnv(api.RpcEnvConfig{Bind: "server:7077", AskTimeout: 5 * time.Second})
		if err != nil {
			return err
		}
		_, err = env.SetupEndpoint("echo", api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m M) (M, error) { return m, nil })))
		return err
	})
	for i := range l.clients {
		h := w.Host(fmt.Sprint("client-", i))
		h.Boot(func(ctx context.Context) error { return askAll[M](ctx, h, l.asks) })
	}
	for i := range l.idle {
		h := w.Host(fmt.Sprint("idle-", i))
		h.Boot(func(context.Context) error {
			_, err := h.NewRpcEnv(api.RpcEnvConfig{Bind: h.Name() + ":7077"})
			return err
		})
	}
	return w
}

// askAll asks again when a connection was cut.
func askAll[M message](ctx context.Context, h *memnet.Host, asks int) error {
	env, err := h.NewRpcEnv(api.RpcEnvConfig{AskTimeout: 5 * time.Second})
	if err != nil {
		return err
	}
	ref := env.EndpointRef(api.RpcEndpointAddress{Name: "echo", Address: api.NewRpcAddress("server", 7077)})
	data := make([]byte, payload)
	for id := range int64(asks) {
		for {
			got, err := api.Ask[M](ctx, ref, M(peer.Message{ID: id, Name: "n", Data: data}))
			if err == nil && peer.Message(got).ID != id {
				return fmt.Errorf("asked %d, got the reply to %d", id, peer.Message(got).ID)
			}
			if err == nil {
				break
			}
			if !errors.Is(err, api.ErrConnectionClosed) && !errors.Is(err, api.ErrTimeout) {
				return err
			}
		}
	}
	return nil
}

// asksPerSecond runs the load and returns how many asks a second of real time it got through.
func asksPerSecond[M message](l load, seed uint64) (float64, error) {
	w := world[M](l, seed)
	start := time.Now()
	if r := w.Run(nil); r.Verdict != memnet.Passed {
		return 0, fmt.Errorf("%d clients: %v: %w", l.clients, r.Verdict, r.Err)
	}
	return float64(l.clients*l.asks) / time.Since(start).Seconds(), nil
}
