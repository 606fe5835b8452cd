// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func tallyBroken() simulator.Scenario { return tally(raise) }
func tallyRight() simulator.Scenario  { return tally(raiseSafely) }

func tally(raise func(ctx context.Context, tally api.RpcEndpointRef) error) simulator.Scenario {
	value := 0
	var raised atomic.Int64
	raiser := func(ctx context.Context, n simulator.Node) error {
		_, ref, err := connect(n, "tally", "server")
		if err != nil {
			return err
		}
		for range simulator.Ops(n, 3) {
			if raise(ctx, ref) == nil {
				raised.Add(1)
			}
		}
		return nil
	}
	return simulator.Scenario{
		Name: "lost update",
		Hosts: simulator.Hosts{
			"server": simulator.Serve("tally", func(api.RpcEnv) api.RpcEndpoint { return newTally(&value) }),
			"ann":    raiser, "bob": raiser,
		},
		Safe: []string{"server"},
		Checks: simulator.Checks{"no update is lost": func() error {
			if times := int(raised.Load()); value < times {
				return fmt.Errorf("raised %d times, and it is %d", times, value)
			}
			return nil
		}},
	}
}
