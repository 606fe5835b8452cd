// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// suite is what one verb measures.
type suite struct {
	verb   string
	peers  []string
	cells  []cell
	gates  []gate
	tables []table
	flags  func(f *flag.FlagSet, o *options)              // its own
	begin  func(o *options) (end func() error, err error) // prepares what all samples need
	title  func(o options) string
}

// options are the flags of a verb.
type options struct {
	rounds     int
	only       []string // peers, all when empty
	cells      []string // cells, all when empty
	repeats    int
	quiet      time.Duration
	cpuProfile string

	seconds float64 // of rpc
	warmup  float64 // of rpc

	files      blockFiles // of block
	congestion string     // of block
}

func parse(s suite, args []string) (options, error) {
	var o options
	var only, cells string
	f := flag.NewFlagSet("bench "+s.verb, flag.ContinueOnError)
	f.IntVar(&o.rounds, "rounds", 5, "how often each cell is measured; the median counts")
	f.StringVar(&only, "only", "", "peers to run, separated by commas: "+strings.Join(s.peers, ","))
	f.StringVar(&cells, "cells", "", "cells to run, separated by commas: "+strings.Join(cellNames(s.cells), ","))
	f.IntVar(&o.repeats, "repeats", 30, "how many disturbed samples are taken again, in all")
	f.DurationVar(&o.quiet, "quiet", 20*time.Second, "how long to wait for a quiet machine, in all")
	f.StringVar(&o.cpuProfile, "cpuprofile", "", "folder for profiles of each client and server, CPU and allocations; the last round stays")
	s.flags(f, &o)
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return o, err
	}
	if err == nil && (f.NArg() > 0 || o.rounds < 1 || o.seconds < 0 || o.warmup < 0) {
		err = errors.New("want at least one round, no negative time, no further arguments")
	}
	if err == nil {
		o.only, err = choose(only, s.peers)
	}
	if err == nil {
		o.cells, err = choose(cells, cellNames(s.cells))
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
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%q: want one of %s", name, strings.Join(known, ","))
		}
	}
	return chosen, nil
}

// run measures, prints the tables and the gates.
func (s suite) run(ctx context.Context, args []string) (err error) {
	o, err := parse(s, args)
	if err != nil {
		return err
	}
	if o.cpuProfile != "" {
		if err := os.MkdirAll(o.cpuProfile, 0o755); err != nil {
			return err
		}
	}
	end, err := s.begin(&o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	start := time.Now()
	r := newRunner(s.cells, o)
	if err := r.run(ctx); err != nil {
		return err
	}
	fmt.Printf("%s; medians; %d disturbed samples taken again, %d left; %.0f s\n", s.title(o), r.repeated, r.disturbed, time.Since(start).Seconds())
	printTables(os.Stdout, s.tables, s.cells, r.results)
	if short := printGates(os.Stdout, s.gates, r.results); short > 0 {
		return fmt.Errorf("%w: %d of them", errShort, short)
	}
	return nil
}
