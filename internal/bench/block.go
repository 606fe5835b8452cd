// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"

	"github.com/twinwire/twinwire/internal/bench/blockpeer"
)

// blockSuite measures the block transfer.
func blockSuite() suite {
	return suite{
		verb: "block", peers: blockPeers(), cells: blockCells(), gates: blockGates(), tables: blockTables(),
		flags: func(f *flag.FlagSet, o *options) {
			f.StringVar(&o.files.memory, "memory", "", "folder on a tmpfs for the files that are served and written; empty: the first with room for them")
			f.StringVar(&o.congestion, "congestion", "", "congestion control of every peer, ours too; empty: the system's, and what ours choose")
			f.StringVar(&o.files.disk, "disk", os.TempDir(), "folder with room for what the 20GiB cells write")
		},
		begin: func(o *options) (func() error, error) {
			err := o.files.make()
			return o.files.remove, err
		},
		title: func(o options) string {
			return fmt.Sprintf("%d cores, %s, congestion control %s, files in %s, %d rounds",
				runtime.NumCPU(), runtime.Version(), congestionTitle(o), o.files.memory, o.rounds)
		},
	}
}

// congestionTitle tells what TCP uses here, which moves every figure: BBR paces the loopback interface.
func congestionTitle(o options) string {
	if o.congestion != "" {
		return o.congestion + " for all"
	}
	system, ours, err := blockpeer.Congestion()
	switch {
	case err != nil:
		return "unknown (" + err.Error() + ")"
	case system != ours:
		return fmt.Sprintf("%s, but %s where ours connect within the machine", system, ours)
	}
	return system
}

func blockPeers() []string {
	var names []string
	for _, p := range blockpeer.All() {
		names = append(names, p.Name)
	}
	return names
}
