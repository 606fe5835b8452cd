// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// wordy fails with errors that are larger than a message may be.
func wordy() api.RpcEndpoint {
	much := strings.Repeat("much ", 4_000)
	return echo(api.OnAsk(func(_ api.RpcCallContext, m hello) (string, error) {
		err := fmt.Errorf("%s: %w", much, &refused{Code: 7})
		switch m.Name {
		case "panic":
			panic(much)
		case "chain":
			for range 25 {
				err = fmt.Errorf("%s: %w", much, err)
			}
		case "fields":
			err = &named{much}
		}
		return "", fmt.Errorf("%w: %w", api.ErrOutboxFull, err)
	}))
}

// TestLargeFailures: a failure of any size fails its own ask, even where messages must be small, and is still known.
func TestLargeFailures(t *testing.T) {
	inWorlds(t, func(p *place) {
		p.both(api.RpcEnvConfig{MaxMessageSize: 200}, wordy, func(where string, ref api.RpcEndpointRef) {
			for _, how := range []string{"text", "chain", "fields"} {
				_, err := api.Ask[string](p.ctx, ref, hello{Name: how})
				p.wantErr(where+" "+how, err, api.ErrOutboxFull)
				var fact *refused
				if how == "text" && (!errors.As(err, &fact) || fact.Code != 7) {
					p.Errorf("%s: no typed error in %.100v", where, err)
				}
			}
			if _, err := api.Ask[string](p.ctx, ref, hello{Name: "panic"}); err == nil || !strings.HasPrefix(err.Error(), "panic: much much") {
				p.Errorf("%s: panic: %.100v", where, err)
			}
			p.mustAsk(ref, "still there", "still there")
		})
	})
}
