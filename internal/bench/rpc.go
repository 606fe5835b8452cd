// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/twinwire/twinwire/internal/bench/peer"
)

// options are the flags of the verb rpc.
type options struct {
	rounds     int
	seconds    float64
	warmup     float64
	only       []string // peers, all when empty
	cells      []string // cells, all when empty
	repeats    int
	quiet      time.Duration
	cpuProfile string
}

func parse(args []string) (options, error) {
	var o options
	var only, cells string
	f := flag.NewFlagSet("bench rpc", flag.ContinueOnError)
	f.IntVar(&o.rounds, "rounds", 5, "how often each cell is measured; the median counts")
	f.Float64Var(&o.seconds, "seconds", 0.8, "window of one sample, in seconds")
	f.Float64Var(&o.warmup, "warmup", 0.3, "warm-up before each window, in seconds")
	f.StringVar(&only, "only", "", "peers to run, separated by commas: "+strings.Join(peerNames(), ","))
	f.StringVar(&cells, "cells", "", "cells to run, separated by commas: "+strings.Join(cellNames(), ","))
	f.IntVar(&o.repeats, "repeats", 30, "how many disturbed samples are taken again, in all")
	f.DurationVar(&o.quiet, "quiet", 20*time.Second, "how long to wait for a quiet machine, in all")
	f.StringVar(&o.cpuProfile, "cpuprofile", "", "folder for profiles of each client and server, CPU and allocations; the last round stays")
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return o, err
	}
	if err == nil && (f.NArg() > 0 || o.rounds < 1 || o.seconds <= 0 || o.warmup < 0) {
		err = errors.New("want at least one round, a window longer than 0, no further arguments")
	}
	if err == nil {
		o.only, err = choose(only, peerNames())
	}
	if err == nil {
		o.cells, err = choose(cells, cellNames())
	}
	if err != nil {
		return o, fmt.Errorf("%w: %w", errUsage, err)
	}
	return o, nil
}

// choose splits a list of known names; an empty one means all.
func choose(list string, known []string) ([]string, error) {
	if list == "" {
		return known, nil
	}
	chosen := strings.Split(list, ",")
	for _, name := range chosen {
		found := false
		for _, k := range known {
			found = found || k == name
		}
		if !found {
			return nil, fmt.Errorf("%q: want one of %s", name, strings.Join(known, ","))
		}
	}
	return chosen, nil
}

func peerNames() []string {
	var names []string
	for _, p := range peer.All() {
		names = append(names, p.Name)
	}
	return names
}

// runRPC measures, prints the tables and the gates.
func runRPC(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if o.cpuProfile != "" {
		if err := os.MkdirAll(o.cpuProfile, 0o755); err != nil {
			return err
		}
	}
	start := time.Now()
	r := newRunner(o)
	if err := r.run(ctx); err != nil {
		return err
	}
	fmt.Printf("%d cores, %s, %d rounds of %.1f s, medians; %d disturbed samples taken again, %d left; %.0f s\n",
		runtime.NumCPU(), runtime.Version(), o.rounds, o.seconds, r.repeated, r.disturbed, time.Since(start).Seconds())
	printTables(os.Stdout, r.results)
	if short := printGates(os.Stdout, r.results); short > 0 {
		return fmt.Errorf("%w: %d of them", errShort, short)
	}
	return nil
}
