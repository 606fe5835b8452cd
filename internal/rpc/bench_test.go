// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
	"github.com/twinwire/twinwire/netty"
)

// packet is a 64-byte message that encodes itself.
type packet struct{ Data [64]byte }

func (p packet) AppendBinary(b []byte) ([]byte, error) { return append(b, p.Data[:]...), nil }

func (p *packet) UnmarshalBinary(b []byte) error {
	if copy(p.Data[:], b) != len(p.Data) {
		return fmt.Errorf("packet of %d bytes", len(b))
	}
	return nil
}

func echoEndpoint() api.RpcEndpoint {
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m packet) (packet, error) { return m, nil }))
}

// BenchmarkAskTCP has 64 callers on one connection, both ends in this process.
func BenchmarkAskTCP(b *testing.B) {
	server, err := netty.NewRpcEnv(netty.Config{Bind: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	client, err := netty.NewRpcEnv(netty.Config{})
	if err != nil {
		b.Fatal(err)
	}
	ref, err := server.SetupEndpoint("echo", echoEndpoint())
	if err != nil {
		b.Fatal(err)
	}
	remote := client.EndpointRef(ref.Address())
	ctx := b.Context()
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := api.Ask[packet](ctx, remote, packet{}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.StopTimer()
	for _, env := range []api.RpcEnv{client, server} {
		if err := env.Shutdown(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
	}
}

// BenchmarkAskWorld has 8 simulated clients ask one server, one after another.
func BenchmarkAskWorld(b *testing.B) {
	const clients = 8
	w := memnet.New(memnet.Config{Seed: 1, MaxSteps: 1 << 62})
	server := w.Host("server")
	server.Boot(func(context.Context) error {
		env, err := server.NewRpcEnv(api.RpcEnvConfig{Bind: "server:7077"})
		if err == nil {
			_, err = env.SetupEndpoint("echo", echoEndpoint())
		}
		return err
	})
	for i := range clients {
		h := w.Host(fmt.Sprint("client-", i))
		h.Boot(func(ctx context.Context) error {
			env, err := h.NewRpcEnv(api.RpcEnvConfig{})
			if err != nil {
				return err
			}
			ref := env.EndpointRef(api.RpcEndpointAddress{Name: "echo", Address: api.NewRpcAddress("server", 7077)})
			for range (b.N + clients - 1) / clients {
				if _, err := api.Ask[packet](ctx, ref, packet{}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	b.ReportAllocs()
	b.ResetTimer()
	if r := w.Run(nil); r.Err != nil {
		b.Fatal(r.Err)
	}
}
