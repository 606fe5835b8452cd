// SPDX-License-Identifier: Apache-2.0

package netty_test

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// Double asks for twice a number.
type Double struct{ N int }

// Doubled is the answer.
type Doubled struct{ N int }

// Two envs talk over loopback: one serves an endpoint, the other, in client mode, asks it.
func ExampleNewRpcEnv() {
	ctx := context.Background()
	server, err := netty.NewRpcEnv(netty.Config{Name: "math", Bind: "127.0.0.1:0"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Shutdown(ctx)
	_, err = server.SetupEndpoint("doubler", api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m Double) (Doubled, error) { return Doubled{N: 2 * m.N}, nil }),
	))
	if err != nil {
		fmt.Println(err)
		return
	}

	client, err := netty.NewRpcEnv(netty.Config{Name: "client"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Shutdown(ctx)
	ref, err := client.Lookup(ctx, "spark://doubler@"+server.Address().HostPort())
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := api.Ask[Doubled](ctx, ref, Double{N: 21})
	fmt.Println(answer.N, err)
	// Output: 42 <nil>
}
