// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func hiringBroken() simulator.Scenario { return hiring(waitForTask) }
func hiringRight() simulator.Scenario  { return hiring(insistOnTask) }

type waitsForTask func(ctx context.Context, rt api.Runtime, foreman, self api.RpcEndpointRef, tasks *api.Queue[task]) (task, error)

func hiring(next waitsForTask) simulator.Scenario {
	return simulator.Scenario{
		Name: "forgotten timeout",
		Hosts: simulator.Hosts{
			"foreman": simulator.Serve("foreman", func(api.RpcEnv) api.RpcEndpoint { return newForeman() }),
			"worker": func(ctx context.Context, n simulator.Node) error {
				env, foreman, err := connect(n, "foreman", "foreman")
				if err != nil {
					return err
				}
				tasks := api.NewQueue[task](n.Runtime(), 0)
				self, err := env.SetupEndpoint("workbench", newWorkbench(tasks))
				if err != nil {
					return err
				}
				for range simulator.Ops(n, 10) {
					if _, err := next(ctx, n.Runtime(), foreman, self, tasks); err != nil {
						return err
					}
					if err := api.Sleep(ctx, n.Runtime(), patience/5); err != nil {
						return err
					}
				}
				return nil
			},
		},
		Main: []string{"worker"}, Safe: []string{"worker"},
	}
}
