// SPDX-License-Identifier: Apache-2.0

// Racing runs a small world in which tasks share a variable, rightly or wrongly, and prints the hash of the run. The
// tests of memnet build it with the race detector and without.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/twinwire/twinwire/memnet"
)

func main() {
	for _, p := range programs() {
		if len(os.Args) == 2 && os.Args[1] == p.name {
			run(p)
			return
		}
	}
	for _, p := range programs() {
		fmt.Println(p.name, p.races)
	}
}

func run(p program) {
	cfg := memnet.Config{Seed: 7}
	s := &shared{}
	if p.check {
		cfg.Check = s.check
	}
	w := memnet.New(cfg)
	s.world, s.a, s.b = w, w.Host("a"), w.Host("b")
	if p.boot != nil {
		s.a.Boot(func(context.Context) error { p.boot(s); return nil })
	}
	r := w.Run(func(ctx context.Context) error { return p.main(ctx, s) })
	if r.Verdict != memnet.Passed {
		fmt.Fprintln(os.Stderr, p.name, r.Verdict, r.Err)
		os.Exit(1)
	}
	s.n++ // after the run everything has happened
	fmt.Printf("%016x\n", r.Hash)
}
