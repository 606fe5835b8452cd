// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func replicaBroken() simulator.Scenario { return replica(later) }
func replicaRight() simulator.Scenario  { return replica(first) }

func replica(pass replicate) simulator.Scenario {
	written, read := 0, -1
	return simulator.Scenario{
		Name: "stale fail-over",
		Hosts: simulator.Hosts{
			"primary": func(_ context.Context, n simulator.Node) error {
				env, err := n.RpcEnv(api.RpcEnvConfig{AskTimeout: patience / 2})
				if err != nil {
					return err
				}
				backup, err := reference(env, n, "replica", "backup")
				if err != nil {
					return err
				}
				_, err = env.SetupEndpoint("replica", newPrimary(backup, pass))
				return err
			},
			"backup": simulator.Serve("replica", func(api.RpcEnv) api.RpcEndpoint { return newBackup() }),
			"client": func(ctx context.Context, n simulator.Node) error {
				env, primary, err := connect(n, "replica", "primary")
				if err != nil {
					return err
				}
				backup, err := reference(env, n, "replica", "backup")
				if err != nil {
					return err
				}
				for i := range simulator.Ops(n, 40) {
					if _, err := api.Ask[bool](ctx, primary, replicaPut{Value: i + 1}); err != nil {
						return failOver(ctx, n.Runtime(), backup, &read)
					}
					written = i + 1
					if err := api.Sleep(ctx, n.Runtime(), patience/20); err != nil {
						return err
					}
				}
				return nil
			},
		},
		Safe: []string{"backup", "client"}, Main: []string{"client"},
		Checks: simulator.Checks{"the backup has every answered write": func() error {
			if read >= 0 && read < written {
				return fmt.Errorf("write %d was answered, and the backup has %d", written, read)
			}
			return nil
		}},
	}
}

// failOver reads the value of the backup.
func failOver(ctx context.Context, rt api.Runtime, backup api.RpcEndpointRef, read *int) error {
	for {
		value, err := api.Ask[int](ctx, backup, replicaRead{})
		if err == nil {
			*read = value
			return nil
		}
		if err := api.Sleep(ctx, rt, patience); err != nil {
			return err
		}
	}
}
