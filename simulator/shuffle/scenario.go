// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"fmt"
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// Scenario makes one run of a job in a simulated world: the driver, which never crashes, and the executors. The inputs
// must be mounted at their paths. Call it once for each run.
func Scenario(job Job, faults simulator.Profile, input []simulator.Mount) simulator.Scenario {
	job = job.withDefaults()
	var sum string
	tell := job.Done
	job.Done = func(o Outcome) {
		sum = o.Summary.SHA256
		if tell != nil {
			tell(o)
		}
	}
	hosts := simulator.Hosts{DriverHost: Driver(job)}
	for n := range job.Executors {
		hosts[ExecutorHost(n+1)] = Executor()
	}
	return simulator.Scenario{
		Name: "shuffle", Hosts: hosts, Main: []string{DriverHost}, Safe: []string{DriverHost},
		Faults: faults, Input: input, Ends: 2 * time.Minute, Clean: IsClean,
		Checks: simulator.Checks{"result": func() error {
			if job.Want != "" && sum != job.Want {
				return fmt.Errorf("result_sha256 is %s, want %s", sum, job.Want)
			}
			return nil
		}},
	}
}
