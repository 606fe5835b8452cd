// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
)

var errEnough = errors.New("enough")

// Asks that are under way at once are tasks, and what they have in common is a context: the first answer aborts the
// others. Spark's ask, which returns a future, and its askAbortable are these two lines of a Group and a context.
func ExampleAsk_several() {
	akka(func(ctx context.Context, server, client api.RpcEnv) {
		rt := client.Runtime()
		quick := at(server, client, "quick", greeter())
		silent := at(server, client, "silent", api.Handlers(
			api.OnAsk(func(api.RpcCallContext, Greet) (Greeting, error) { return Greeting{}, api.ErrReplyLater }),
		))
		ctx, abort := api.WithCancelCause(ctx, rt)
		defer abort(nil)
		asks := api.NewGroup(rt)
		for _, ref := range []api.RpcEndpointRef{silent, quick, silent} {
			asks.Go("ask "+ref.Name(), func() error {
				got, err := api.Ask[Greeting](ctx, ref, Greet{Name: "you"})
				if err == nil {
					fmt.Println(ref.Name(), "said", got.Text)
					abort(errEnough)
				}
				return err
			})
		}
		// Here the caller goes on, and looks at the outcome when it wants to.
		err := asks.Wait(context.WithoutCancel(ctx))
		fmt.Println("the others:", errors.Is(err, errEnough), client.Stats().PendingAsks, "pending")
	})
	// Output:
	// quick said hello you
	// the others: true 0 pending
}
