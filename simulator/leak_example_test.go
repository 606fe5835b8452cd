// SPDX-License-Identifier: Apache-2.0

package simulator_test

import (
	"context"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

// A task that goes on for ever, whatever becomes of its host, fails the run. One that is meant to is said so.
func ExampleLeak() {
	scenario := simulator.Scenario{Hosts: simulator.Hosts{"a": func(_ context.Context, n simulator.Node) error {
		n.Runtime().Go("heartbeat", func() {
			for api.Sleep(context.Background(), n.Runtime(), time.Second) == nil { // not the context of the host
				continue
			}
		})
		return nil
	}}}
	run := func() simulator.Result {
		return simulator.Run(simulator.RunConfig{}, func() simulator.Scenario { return scenario })
	}
	fmt.Println(run().Signature)

	scenario.Stays = func(l simulator.Leak) bool { return l.Kind == "task" && l.Name == "heartbeat" }
	fmt.Println(run().Verdict)
	// Output:
	// leak task a heartbeat
	// passed
}
