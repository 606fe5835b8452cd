// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/conformance"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/netty"
)

// tcpHarness is the machine's TCP, as conformance wants it.
func tcpHarness() conformance.Harness {
	return conformance.OverNetwork(conformance.Stack{
		Name:                    "tcp",
		Runtime:                 netty.NewRuntime(),
		Network:                 netty.TCP(netty.TCPConfig{}),
		Serializer:              defaultSerializer(),
		NewRpcEnv:               netty.NewRpcEnv,
		NewBlockTransferService: netty.NewBlockTransferService,
	})
}

// defaultSerializer is the stack's own. It is nil, which leaves its properties out, if it could not be made.
func defaultSerializer() api.Serializer {
	s, err := codec.CBOR()
	if err != nil {
		return nil
	}
	return s
}
