// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// TestEnvsWithOtherSerializers: messages, references, typed failures, lookups and watches through each.
func TestEnvsWithOtherSerializers(t *testing.T) {
	inWorlds(t, func(p *place) {
		for _, s := range []api.Serializer{nil, api.JSONSerializer()} {
			cfg := api.RpcEnvConfig{Serializer: s}
			server, client := p.server("server", cfg), p.client("client", cfg)
			ref := p.from(client, p.endpoint(server, "greeter", greeter(server)))
			got, err := api.Ask[greeting](p.ctx, ref, hello{Name: "you"})
			if err != nil || got.Text != "hello you" {
				p.Fatalf("%+v, %v", got, err)
			}
			if _, err := api.Ask[greeting](p.ctx, got.From, hello{Name: "again"}); err != nil {
				p.Error("through a reference that came:", err)
			}
			_, err = api.Ask[greeting](p.ctx, ref, hello{Name: "typed"})
			if typed := (*refused)(nil); !errors.As(err, &typed) || typed.Code != 7 {
				p.Error("typed error:", err)
			}
		}
		cfg := api.RpcEnvConfig{Serializer: api.RawSerializer()}
		server, client := p.server("server", cfg), p.client("client", cfg)
		ref := p.from(client, p.endpoint(server, "e", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m []byte) ([]byte, error) { return append(m, " back"...), nil }),
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return "", &refused{Code: len(m)} }),
		)))
		if got, err := api.Ask[[]byte](p.ctx, ref, []byte("bytes")); string(got) != "bytes back" || err != nil {
			p.Errorf("%q, %v", got, err)
		}
		_, err := api.Ask[string](p.ctx, ref, "four")
		if typed := (*refused)(nil); !errors.As(err, &typed) || typed.Code != 4 {
			p.Error("typed error:", err)
		}
		p.wantErr("a struct", ref.Ask(p.ctx, hello{}, nil), api.ErrSerialization)
	})
}

// TestPeerWithAnotherSerializer: a message it cannot read fails alone, with an error that names both formats. What encodes
// itself, lookups, watches and failures are understood.
func TestPeerWithAnotherSerializer(t *testing.T) {
	inWorlds(t, func(p *place) {
		server := p.server("server", api.RpcEnvConfig{})
		client := p.client("client", api.RpcEnvConfig{Serializer: api.JSONSerializer()})
		near := p.endpoint(server, "e", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m packet) (packet, error) { return m, nil }),
			api.OnAsk(func(_ api.RpcCallContext, m hello) (hello, error) { return m, nil }),
			api.OnAsk(func(_ api.RpcCallContext, m *beacon) (greeting, error) {
				if m.on {
					return greeting{}, &refused{Code: 3}
				}
				return greeting{Text: "in the server's format"}, nil
			}),
		))
		ref := p.from(client, near)
		w := told{newNews[string](p)}
		p.watch(client, server, ref, w.gone)
		for range 2 {
			err := ref.Ask(p.ctx, hello{Name: "you"}, nil)
			p.wantErr("message", err, api.ErrSerialization)
			if err == nil || !strings.Contains(err.Error(), "written as json, this env reads cbor") {
				p.Error("message:", err)
			}
			_, err = api.Ask[greeting](p.ctx, ref, &beacon{})
			p.wantErr("reply", err, api.ErrSerialization)
			if err == nil || !strings.Contains(err.Error(), "written as cbor, this env reads json") {
				p.Error("reply:", err)
			}
			if got, err := api.Ask[packet](p.ctx, ref, packet{Data: [64]byte{1}}); err != nil || got.Data[0] != 1 {
				p.Error("what encodes itself:", err)
			}
			_, err = api.Ask[greeting](p.ctx, ref, &beacon{on: true})
			if typed := (*refused)(nil); !errors.As(err, &typed) || typed.Code != 3 {
				p.Error("failure:", err)
			}
		}
		if n := client.Stats().OpenConnections; n != 1 {
			p.Error("connections:", n)
		}
		if n := server.Stats().Unreadable; n != 2 {
			p.Error("unreadable messages:", n)
		}
		server.Stop(near)
		w.want(api.ErrEndpointStopped)
	})
}

// beacon encodes itself.
type beacon struct{ on bool }

func (b *beacon) AppendBinary(dst []byte) ([]byte, error) {
	if b.on {
		return append(dst, 1), nil
	}
	return append(dst, 0), nil
}

func (b *beacon) UnmarshalBinary(p []byte) error {
	b.on = len(p) == 1 && p[0] == 1
	return nil
}
