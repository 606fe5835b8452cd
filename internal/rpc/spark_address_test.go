// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/internal/wire"
)

// bindTo is where to listen at a port of env's host.
func bindTo(env api.RpcEnv, port int) string {
	return api.NewRpcAddress(env.Address().Host, port).HostPort()
}

func TestENV25PortConflict(t *testing.T) {
	inWorlds(t, func(p *place) {
		first := p.server("server", api.RpcEnvConfig{})
		taken := first.Address().Port
		second := p.client("server", api.RpcEnvConfig{Bind: bindTo(first, taken)})
		if got := second.Address(); got.Port == taken || got.Host != first.Address().Host {
			p.Errorf("bound %v beside %v", got, first.Address())
		}
		ref := p.endpoint(second, "echo", echo())
		p.mustAsk(p.from(first, ref), "hello", "hello")
		_, err := p.env("server", api.RpcEnvConfig{Bind: bindTo(first, taken), PortRetries: -1})
		p.wantErr("without retries", err, api.ErrAddressInUse)
	})
}

// TestPortRetriesEnd: after the last port the error says what to do. In a simulation, where no stranger takes ports.
func TestPortRetriesEnd(t *testing.T) {
	inSimulation(t, 1, func(p *place) {
		for _, port := range []int{65534, 65535, 1024} {
			env := p.client("server", api.RpcEnvConfig{Bind: fmt.Sprint("server:", port)})
			if env.Address().Port != port {
				p.Error(env.Address())
			}
		}
		if env := p.client("server", api.RpcEnvConfig{Bind: "server:65534"}); env.Address().Port != 1025 {
			p.Error("behind the last port:", env.Address())
		}
		_, err := p.env("server", api.RpcEnvConfig{Bind: "server:65534", PortRetries: 3})
		p.wantErr("too many", err, api.ErrAddressInUse)
		if err == nil || !strings.Contains(err.Error(), "server:65534") || !strings.Contains(err.Error(), "PortRetries") {
			p.Error("without a hint:", err)
		}
		if _, err := p.env("server", api.RpcEnvConfig{Bind: "elsewhere:1024"}); err == nil || errors.Is(err, api.ErrAddressInUse) {
			p.Error("another error:", err)
		}
	})
}

func TestNENV01NonExistentEndpoint(t *testing.T) {
	inWorlds(t, func(p *place) {
		server := p.server("server", api.RpcEnvConfig{})
		uri := "spark://nonexist-endpoint@" + server.Address().HostPort()
		for where, env := range map[string]api.RpcEnv{"local": server, "remote": p.client("client", api.RpcEnvConfig{})} {
			_, err := env.Lookup(p.ctx, uri)
			p.wantErr(where, err, api.ErrEndpointNotFound)
			if err == nil || !strings.Contains(err.Error(), uri) {
				p.Errorf("%s: %v does not name %s", where, err, uri)
			}
		}
	})
}

// TestEndpointNames: an endpoint has a name that others can reach it by.
func TestEndpointNames(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{})
		for _, name := range []string{"plain", "é", "日本", "\x00", "a;b&c=d+e", "[x]", "a\\b", strings.Repeat("n", 1<<15-1), strings.Repeat("\x00", 1<<15-1), strings.Repeat("😀", 8191)} {
			p.mustAsk(p.from(client, p.endpoint(server, name, echo())), "hello", "hello")
		}
		for _, name := range []string{"a b", "line\n", "100%"} {
			ref := p.endpoint(server, name, echo())
			p.mustAsk(client.EndpointRef(ref.Address()), "hello", "hello")
		}
		for _, name := range []string{"", "a/b", "a:1", "a@b", "a?b", "a#b", "\xff", strings.Repeat("n", 1<<15)} {
			for where, env := range map[string]api.RpcEnv{"server": server, "client": client} {
				if _, err := env.SetupEndpoint(name, echo()); err == nil || len(err.Error()) > 1000 {
					p.Errorf("%s, %.100q: %.200v", where, name, err)
				}
			}
		}
	})
}

func TestNENV02AdvertisedAddress(t *testing.T) {
	inWorlds(t, func(p *place) {
		env := p.server("server", api.RpcEnvConfig{AdvertiseHost: "localhost"})
		got := env.Address()
		if got.Host != "localhost" || got.Port == 0 {
			p.Error(got)
		}
		ref := p.endpoint(env, "echo", echo())
		if ref.Address().Address != got {
			p.Error(ref)
		}
		p.mustAsk(p.from(p.client("server", api.RpcEnvConfig{}), ref), "hello", "hello")
	})
}

func TestNENV03RequestMessageSerialization(t *testing.T) {
	c, err := codec.New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	sender := wire.Address{Present: true, Host: "localhost", Port: 12345}
	receiver := wire.Address{Present: true, Host: "localhost", Port: 54321}
	for _, m := range []struct {
		sender  wire.Address
		content any
	}{{sender, "foo"}, {wire.Address{}, "foo"}, {sender, nil}} {
		b, err := wire.AppendEnvelopeHeader(nil, m.sender, receiver, "test")
		if err != nil {
			t.Fatal(err)
		}
		if b, err = c.AppendValue(b, m.content); err != nil {
			t.Fatal(err)
		}
		v, err := wire.ParseEnvelopeView(bytes.Clone(b))
		if err != nil {
			t.Fatal(err)
		}
		var content codec.Value
		err = content.Parse(v.Content)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.DecodeMessage(&content, nil, nil)
		if err != nil || got != m.content || v.Sender.Address() != m.sender || v.Receiver.Address() != receiver || v.EndpointName() != "test" {
			t.Errorf("%+v: got %v from %+v to %+v %q, %v", m, got, v.Sender.Address(), v.Receiver.Address(), v.EndpointName(), err)
		}
	}
}
