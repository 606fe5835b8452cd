// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"

	"github.com/twinwire/twinwire/api"
)

type (
	tallyGet  struct{}
	tallySet  struct{ To int }
	tallySwap struct{ From, To int } // sets it only if it is From still
)

// newTally serves a number.
func newTally(value *int) api.RpcEndpoint {
	return api.Handlers(
		api.OnAsk(func(api.RpcCallContext, tallyGet) (int, error) { return *value, nil }),
		api.OnAsk(func(_ api.RpcCallContext, m tallySet) (int, error) {
			*value = m.To
			return *value, nil
		}),
		api.OnAsk(func(_ api.RpcCallContext, m tallySwap) (bool, error) {
			if *value != m.From {
				return false, nil
			}
			*value = m.To
			return true, nil
		}),
	)
}

// raise reads the number and writes it back plus one: whoever did the same in between is forgotten.
func raise(ctx context.Context, tally api.RpcEndpointRef) error {
	was, err := api.Ask[int](ctx, tally, tallyGet{})
	if err != nil {
		return err
	}
	_, err = api.Ask[int](ctx, tally, tallySet{To: was + 1})
	return err
}

// raiseSafely writes only if nobody was faster.
func raiseSafely(ctx context.Context, tally api.RpcEndpointRef) error {
	for {
		was, err := api.Ask[int](ctx, tally, tallyGet{})
		if err != nil {
			return err
		}
		if done, err := api.Ask[bool](ctx, tally, tallySwap{From: was, To: was + 1}); done || err != nil {
			return err
		}
	}
}
