// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// Scenario makes one run under these faults: the client, which never crashes, and the server. Call it once for each run.
func Scenario(faults simulator.Profile) simulator.Scenario {
	l := newLedger()
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
