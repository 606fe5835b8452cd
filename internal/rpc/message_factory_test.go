// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"testing"

	"github.com/twinwire/twinwire/api"
)

// maker makes messages wrongly.
type maker struct{ make func() any }

func (m maker) NewMessage(string) any { return m.make() }

func (maker) Receive(api.RpcCallContext, any) error { return nil }

func (maker) ReceiveAndReply(call api.RpcCallContext, _ any) error { return call.Reply("made") }

// TestWrongMessageFactory: an endpoint whose NewMessage panics, or makes no pointer, fails what is sent to it, and
// nothing else.
func TestWrongMessageFactory(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{})
		other := client.EndpointRef(p.endpoint(server, "other", echo()).Address())
		for name, wrong := range map[string]func() any{
			"panics": func() any { panic("made nothing") },
			"value":  func() any { return hello{} },
			"nil":    func() any { return (*hello)(nil) },
		} {
			ref := client.EndpointRef(p.endpoint(server, name, maker{wrong}).Address())
			if err := ref.Send("one way"); err != nil {
				p.Errorf("%s: send: %v", name, err)
			}
			p.wantErr(name, ref.Ask(p.ctx, "ask", nil), api.ErrSerialization)
			p.mustAsk(other, "well", "well")
		}
		p.until("every message to be counted", func() bool { return server.Stats().Unreadable == 6 })
	})
}
