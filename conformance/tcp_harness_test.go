// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/conformance"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/netty"
)

// tcpHarness is package netty over the machine's sockets, as a harness.
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

func defaultSerializer() api.Serializer {
	s, err := codec.CBOR()
	if err != nil {
		panic(err)
	}
	return s
}
