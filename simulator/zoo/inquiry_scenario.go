// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func inquiryBroken() simulator.Scenario { return inquiries(theOldest) }
func inquiryRight() simulator.Scenario  { return inquiries(theOneAsked) }

func inquiries(match func([]*inquiry, answer) int) simulator.Scenario {
	return simulator.Scenario{
		Name: "wrong reply",
		Hosts: simulator.Hosts{
			"sage": simulator.Serve("sage", func(api.RpcEnv) api.RpcEndpoint { return newSage() }),
			"pupil": func(ctx context.Context, n simulator.Node) error {
				env, sage, err := connect(n, "sage", "sage")
				if err != nil {
					return err
				}
				q := &inquirer{rt: n.Runtime(), match: match, mu: n.Runtime().NewMutex()}
				self, err := env.SetupEndpoint("answers", q.endpoint())
				if err != nil {
					return err
				}
				for i := range simulator.Ops(n, 10) {
					if got, err := q.ask(ctx, sage, self, i); err == nil && got != i*i {
						return fmt.Errorf("the square of %d is not %d", i, got)
					}
					if err := api.Sleep(ctx, n.Runtime(), patience/5); err != nil {
						return err
					}
				}
				return nil
			},
		},
		Main: []string{"pupil"},
	}
}
