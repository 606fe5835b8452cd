// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func millBroken() simulator.Scenario { return mill(impatient) }
func millRight() simulator.Scenario  { return mill(moderate) }

// maxCopies is how many copies of one sack a mill can be asked to bear.
const maxCopies = 8

func mill(wait waits) simulator.Scenario {
	copies, most := map[int]int{}, 0
	brought := func(sack int) {
		copies[sack]++
		most = max(most, copies[sack])
	}
	return simulator.Scenario{
		Name: "retry storm",
		Hosts: simulator.Hosts{
			"mill": simulator.Serve("mill", func(api.RpcEnv) api.RpcEndpoint { return newMill(brought) }),
			"farmer": func(ctx context.Context, n simulator.Node) error {
				env, mill, err := connect(n, "mill", "mill")
				if err != nil {
					return err
				}
				got := api.NewQueue[flour](n.Runtime(), 0)
				self, err := env.SetupEndpoint("yard", newYard(got))
				if err != nil {
					return err
				}
				for i := range simulator.Ops(n, 10) {
					if err := grind(ctx, n.Runtime(), mill, self, got, i, wait); err != nil && !errors.Is(err, errMillSilent) {
						return err
					}
					if err := api.Sleep(ctx, n.Runtime(), patience/5); err != nil {
						return err
					}
				}
				return nil
			},
		},
		Main: []string{"farmer"}, Safe: []string{"farmer"},
		Always: simulator.Invariants{"few copies of a sack": func() error {
			if most > maxCopies {
				return fmt.Errorf("%d copies of one sack reached the mill", most)
			}
			return nil
		}},
	}
}
