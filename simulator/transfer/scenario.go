// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// Scenario makes one run under these faults: the client, which never crashes, and the server. Call it once for each run.
func Scenario(faults simulator.Profile) simulator.Scenario { return scenario(faults, 3) }

// Short is a Scenario that transfers everything once under faults instead of three times. It is for who runs a seed many
// times, in builds that are slow.
func Short(faults simulator.Profile) simulator.Scenario { return scenario(faults, 1) }

func scenario(faults simulator.Profile, rounds int) simulator.Scenario {
	l := newLedger(rounds)
	return simulator.Scenario{
		Name:   "transfer",
		Hosts:  simulator.Hosts{"client": l.run, "server": l.serve},
		Main:   []string{"client"},
		Safe:   []string{"client"},
		Faults: faults,
		Always: simulator.Invariants{"each block once, with its own bytes": l.sound},
		Checks: simulator.Checks{"nothing is left": l.settled},
		Ends:   time.Minute,
	}
}
