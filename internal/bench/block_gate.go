// SPDX-License-Identifier: Apache-2.0

package main

import "github.com/twinwire/twinwire/internal/bench/blockpeer"

// blockGates are the gates of the verb block.
func blockGates() []gate {
	var gates []gate
	for _, ours := range []string{blockpeer.Service, blockpeer.Chunks} {
		gates = append(gates, blockGatesOf(ours)...)
	}
	server := func(s sample) float64 { return s.PeakMB }
	client := func(s sample) float64 { return s.ClientMB }
	for _, k := range []key{{"20GiB", blockpeer.Chunks}, {"20GiB-file", blockpeer.Service}} {
		gates = append(gates,
			atMost(k.cell, "server MiB", k.peer, server, "", 64, 1), atMost(k.cell, "client MiB", k.peer, client, "", 64, 1))
	}
	return append(gates,
		faster("100k", blockpeer.Service, blockpeer.HTTPBlocks, 10),
		gate{
			name: "100k " + blockpeer.Service + " to the same bytes in 64 KiB blocks", metric: rate,
			keys: []key{{"100k", blockpeer.Service}, {"same", blockpeer.Service}}, unit: "x", target: 1.0 / 8, digits: 3,
		},
	)
}

// blockGatesOf are those that both of ours have to pass.
func blockGatesOf(ours string) []gate {
	grown := func(s sample) float64 { return s.GrownMB }
	const spare = 8 // MiB that a receiver may take beside the blocks that are outstanding
	return []gate{
		faster("64KiB", ours, blockpeer.RawPread, 0.8),
		faster("256KiB", ours, blockpeer.RawSendfile, 0.9),
		faster("1MiB", ours, blockpeer.RawSendfile, 0.9),
		faster("1MiB", ours, blockpeer.GRPC, 2),
		faster("1MiB", ours, blockpeer.HTTPRange, 1),
		{
			name: "1MiB CPU/GB " + ours + " to " + blockpeer.GRPC, metric: func(s sample) float64 { return s.CPU },
			keys: []key{{"1MiB", ours}, {"1MiB", blockpeer.GRPC}}, unit: "x", atMost: true, target: 0.5, digits: 2,
		},
		faster("file", ours, blockpeer.RawSendfile, 0.8),
		atMost("64KiB", "client MiB grown", ours, grown, "", outstanding*64.0/1024+spare, 1),
		atMost("256KiB", "client MiB grown", ours, grown, "", outstanding*256.0/1024+spare, 1),
		atMost("1MiB", "client MiB grown", ours, grown, "", outstanding+spare, 1),
		{
			name: "client MiB grown " + ours + " by 2 GiB instead of 256 MiB", metric: grown,
			keys: []key{{"1MiB", ours}, {"1MiB/256MiB", ours}}, less: true, atMost: true, target: 2, digits: 1,
		},
	}
}
