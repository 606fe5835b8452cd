// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// TestRepliesKeepWhatTheyWere: replies that keep parts of the memory they came in stay as they came, whatever is asked
// meanwhile and by whom, and whatever is appended to the bytes of another.
func TestRepliesKeepWhatTheyWere(t *testing.T) {
	inWorlds(t, func(p *place) {
		const askers, asks = 4, 200
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "e", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, n int) (sample, error) {
				return sample{Text: fmt.Sprint(n), Bytes: bytes.Repeat([]byte{byte(n)}, n%300)}, nil
			})))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
		kept := make([][]sample, askers)
		group := api.NewGroup(p.rt)
		for i := range kept {
			group.Go(fmt.Sprint("asker ", i), func() error {
				for n := range asks {
					got, err := api.Ask[sample](p.ctx, remote, i*asks+n)
					if err != nil {
						return err
					}
					kept[i] = append(kept[i], got)
					_ = append(got.Bytes, "more than it has"...)
				}
				return nil
			})
		}
		if err := group.Wait(p.ctx); err != nil {
			p.Fatal(err)
		}
		for i, replies := range kept {
			for j, got := range replies {
				n := i*asks + j
				if got.Text != fmt.Sprint(n) || !bytes.Equal(got.Bytes, bytes.Repeat([]byte{byte(n)}, n%300)) {
					p.Errorf("the reply to %d is now %s, %v", n, got.Text, got.Bytes)
				}
			}
		}
	})
}
