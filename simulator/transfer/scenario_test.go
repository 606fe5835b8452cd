// SPDX-License-Identifier: Apache-2.0

package transfer_test

import (
	"testing"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/transfer"
)

// TestTransfer is what `make sweep-transfer` runs with many seeds.
func TestTransfer(t *testing.T) {
	simulator.Test(t, func() simulator.Scenario { return transfer.Scenario(simulator.Hostile()) })
}

func TestCalmTransfer(t *testing.T) {
	simulator.Test(t, func() simulator.Scenario { return transfer.Scenario(simulator.LAN()) })
}
