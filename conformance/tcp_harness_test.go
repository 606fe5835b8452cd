// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"github.com/twinwire/twinwire/conformance"
	"github.com/twinwire/twinwire/netty"
)

// tcpHarness is package netty over the machine's sockets, as a harness.
func tcpHarness() conformance.Harness {
	return conformance.OverNetwork(conformance.Stack{
		Name:                    "tcp",
		Runtime:                 netty.NewRuntime(),
		Network:                 netty.TCP(netty.TCPConfig{}),
		NewRpcEnv:               netty.NewRpcEnv,
		NewBlockTransferService: netty.NewBlockTransferService,
	})
}
