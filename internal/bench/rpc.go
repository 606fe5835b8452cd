// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"runtime"

	"github.com/twinwire/twinwire/internal/bench/peer"
)

// rpcSuite measures the RpcEnv.
func rpcSuite() suite {
	return suite{
		verb: "rpc", peers: rpcPeers(), cells: rpcCells(), gates: rpcGates(), tables: rpcTables(),
		flags: func(f *flag.FlagSet, o *options) {
			f.Float64Var(&o.seconds, "seconds", 0.8, "window of one sample, in seconds")
			f.Float64Var(&o.warmup, "warmup", 0.3, "warm-up before each window, in seconds")
		},
		begin: func(*options) (func() error, error) { return func() error { return nil }, nil },
		title: func(o options) string {
			return fmt.Sprintf("%d cores, %s, %d rounds of %.1f s", runtime.NumCPU(), runtime.Version(), o.rounds, o.seconds)
		},
	}
}

func rpcPeers() []string {
	var names []string
	for _, p := range peer.All() {
		names = append(names, p.Name)
	}
	return names
}
