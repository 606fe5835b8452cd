// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"testing"

	"github.com/twinwire/twinwire/api"
)

// TestNilValues: a nil pointer is nil on both sides of a connection, as it is inside an env.
func TestNilValues(t *testing.T) {
	inWorlds(t, func(p *place) {
		fresh := func() api.RpcEndpoint {
			return api.Handlers(api.OnAsk(func(api.RpcCallContext, string) (*greeting, error) { return nil, nil }))
		}
		for _, serializer := range []api.Serializer{nil, api.JSONSerializer()} {
			p.both(api.RpcEnvConfig{Serializer: serializer}, fresh, func(where string, ref api.RpcEndpointRef) {
				if got, err := api.Ask[*greeting](p.ctx, ref, ""); got != nil || err != nil {
					p.Errorf("%s: a pointer: %v, %v", where, got, err)
				}
				if got, err := api.Ask[greeting](p.ctx, ref, ""); got != (greeting{}) || err != nil {
					p.Errorf("%s: a value: %v, %v", where, got, err)
				}
				if got, err := api.Ask[any](p.ctx, ref, ""); got != any(nil) && got != any((*greeting)(nil)) || err != nil {
					p.Errorf("%s: anything: %v, %v", where, got, err)
				}
				if err := ref.Ask(p.ctx, (*string)(nil), nil); err == nil {
					p.Errorf("%s: a nil message is handled", where)
				}
			})
		}
	})
}
