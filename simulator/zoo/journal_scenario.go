// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"
	"slices"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func journalBroken() simulator.Scenario { return journal(write) }
func journalRight() simulator.Scenario  { return journal(writeAndSync) }

func journal(keep func(f api.File, entry string) error) simulator.Scenario {
	var acknowledged, kept []string
	return simulator.Scenario{
		Name: "ack before fsync",
		Hosts: simulator.Hosts{
			"server": func(_ context.Context, n simulator.Node) error {
				env, err := n.RpcEnv(api.RpcEnvConfig{})
				if err != nil {
					return err
				}
				endpoint, err := newJournal(n.Files(), keep)
				if err != nil {
					return err
				}
				_, err = env.SetupEndpoint("journal", endpoint)
				return err
			},
			"writer": func(ctx context.Context, n simulator.Node) error {
				_, ref, err := connect(n, "journal", "server")
				if err != nil {
					return err
				}
				for i := range simulator.Ops(n, 20) {
					entry := fmt.Sprint("entry ", i)
					if _, err := api.Ask[bool](ctx, ref, journalAdd{entry}); err == nil {
						acknowledged = append(acknowledged, entry)
					}
					if err := api.Sleep(ctx, n.Runtime(), patience/5); err != nil {
						return err
					}
				}
				for {
					if kept, err = api.Ask[[]string](ctx, ref, journalList{}); err == nil {
						return nil
					}
					if err := api.Sleep(ctx, n.Runtime(), patience); err != nil {
						return err
					}
				}
			},
		},
		Safe: []string{"writer"}, Main: []string{"writer"},
		Checks: simulator.Checks{"what was acknowledged is kept": func() error {
			for _, entry := range acknowledged {
				if !slices.Contains(kept, entry) {
					return fmt.Errorf("%s was acknowledged and is gone", entry)
				}
			}
			return nil
		}},
	}
}
