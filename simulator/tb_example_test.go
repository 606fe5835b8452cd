// SPDX-License-Identifier: Apache-2.0

package simulator_test

import (
	"context"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

// The code of a host tests as it would anywhere; what it says carries the host, and in the output of simulator.Test the
// virtual time.
func ExampleTB() {
	res := simulator.Run(simulator.RunConfig{Seed: 7}, func() simulator.Scenario {
		return simulator.Scenario{Hosts: simulator.Hosts{"clock": func(ctx context.Context, n simulator.Node) error {
			t := simulator.TB(n)
			start := n.Runtime().Now()
			if err := api.Sleep(ctx, n.Runtime(), time.Minute); err != nil {
				t.Fatal(err)
			}
			if took := n.Runtime().Now().Sub(start).Round(time.Second); took != time.Hour {
				t.Errorf("a minute took %v", took)
			}
			return nil
		}}}
	})
	fmt.Println(res.Verdict)
	fmt.Println(res.Err)
	// Output:
	// failed
	// clock: tb_example_test.go:25: a minute took 1m0s
}
