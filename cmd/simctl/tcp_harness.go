// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/twinwire/twinwire/conformance"
	"github.com/twinwire/twinwire/netty"
)

// tcpHarness is the machine's TCP, as conformance wants it.
func tcpHarness() conformance.Harness {
	return conformance.OverNetwork(conformance.Stack{
		Name:                    "tcp",
		Runtime:                 netty.NewRuntime(),
		Network:                 netty.TCP(netty.TCPConfig{}),
		NewRpcEnv:               netty.NewRpcEnv,
		NewBlockTransferService: netty.NewBlockTransferService,
	})
}
