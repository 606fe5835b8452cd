// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// TestUnequalSizeLimits: a message or reply that only its receiver takes for too large fails its ask alone, and says whose
// limit that is; a send is lost, which the receiver's listener hears.
func TestUnequalSizeLimits(t *testing.T) {
	inWorlds(t, func(p *place) {
		unreadable := newNews[bool](p)
		small := api.RpcEnvConfig{MaxMessageSize: 1_000, Listener: &api.EventListener{MessageUnreadable: func(e api.MessageUnreadable) {
			p.wantErr("told", e.Cause, api.ErrMessageTooLarge)
			unreadable.tell(e.Asked)
		}}}
		much := strings.Repeat("x", 100_000)
		long := api.OnAsk(func(api.RpcCallContext, hello) (string, error) { return much, nil })
		narrow, wide := p.server("narrow", small), p.server("wide", api.RpcEnvConfig{})
		there, back := p.from(wide, p.endpoint(narrow, "there", echo(api.OnSend(func(api.RpcCallContext, int) error { return nil })))), p.from(narrow, p.endpoint(wide, "back", echo(long)))
		_, err := api.Ask[string](p.ctx, there, much)
		p.wantErr("message", err, api.ErrMessageTooLarge)
		if err == nil || errors.Is(err, api.ErrConnectionClosed) || !strings.Contains(err.Error(), "RpcEnv.MaxMessageSize of the receiver") {
			p.Error(err)
		}
		unreadable.want(true)
		if err := there.Send(much); err != nil {
			p.Error(err)
		}
		unreadable.want(false)
		_, err = api.Ask[string](p.ctx, back, hello{})
		p.wantErr("reply", err, api.ErrMessageTooLarge)
		if large, ok := errors.AsType[*api.MessageTooLargeError](err); !ok || large.Size < 100_000 || errors.Is(err, api.ErrConnectionClosed) {
			p.Error(err)
		}
		p.mustAsk(there, "still there", "still there")
		p.mustAsk(back, much[:900], much[:900])
		if n := wide.Stats().OpenConnections; n != 2 {
			p.Errorf("%d connections", n)
		}
	})
}
