// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// total asks how many one-way messages arrived since it was last asked.
type total struct{}

// twinwire is an env of ours with an endpoint that echoes asks and counts sends.
type twinwire struct{ env api.RpcEnv }

func serveTwinwire[M message]() (Server, error) {
	env, err := netty.NewRpcEnv(netty.Config{Bind: loopback, AskTimeout: timeout})
	if err != nil {
		return nil, err
	}
	received := int64(0) // the endpoint takes one message at a time
	_, err = env.SetupEndpoint("echo", api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m M) (M, error) { return m, nil }),
		api.OnSend(func(_ api.RpcCallContext, m M) error {
			received++
			return nil
		}),
		api.OnAsk(func(api.RpcCallContext, total) (int64, error) {
			n := received
			received = 0
			return n, nil
		}),
	))
	if err != nil {
		return nil, errors.Join(err, shut(env))
	}
	return twinwire{env}, nil
}

func (s twinwire) Addr() string { return s.env.Address().HostPort() }
func (s twinwire) Close() error { return shut(s.env) }

func shut(env api.RpcEnv) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return env.Shutdown(ctx)
}

// asker calls and pushes through an env of ours.
type asker[M message] struct {
	env api.RpcEnv
	ref api.RpcEndpointRef
}

func newAsker[M message](addr string) (*asker[M], error) {
	env, err := netty.NewRpcEnv(netty.Config{AskTimeout: timeout})
	if err != nil {
		return nil, err
	}
	ref, err := env.Lookup(context.Background(), "spark://echo@"+addr)
	if err != nil {
		return nil, errors.Join(err, shut(env))
	}
	return &asker[M]{env: env, ref: ref}, nil
}

func dialTwinwire[M message](addr string) (Caller, error) { return newAsker[M](addr) }

func pushTwinwire[M message](addr string, _ int) (Pusher, error) { return newAsker[M](addr) }

func (a *asker[M]) Call(id int64, data []byte) error {
	reply, err := api.Ask[M](context.Background(), a.ref, M(Message{ID: id, Name: name, Data: data}))
	if err != nil {
		return err
	}
	got := Message(reply)
	return check(id, got.ID, data, got.Data)
}

// Send tries again while the outbox is full, which is how our stack pushes back.
func (a *asker[M]) Send(_ int, id int64, data []byte) error {
	for {
		err := api.Send(a.ref, M(Message{ID: id, Name: name, Data: data}))
		if !errors.Is(err, api.ErrOutboxFull) {
			return err
		}
		runtime.Gosched()
	}
}

func (a *asker[M]) Finish() (int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 12*timeout)
	defer cancel()
	n, err := api.Ask[int64](ctx, a.ref, total{})
	if err != nil {
		return 0, fmt.Errorf("finish: %w", err)
	}
	return n, nil
}

func (a *asker[M]) Close() error { return shut(a.env) }
