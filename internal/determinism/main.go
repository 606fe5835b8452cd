// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"
)

func main() {
	var s settings
	flag.StringVar(&s.seeds, "seeds", "1-1000", "the seeds, both ends included")
	flag.StringVar(&s.only, "only", "", "only the scenarios whose name contains this")
	flag.IntVar(&s.times, "times", 2, "how many processes there are of each kind")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	same, err := check(ctx, s, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "determinism:", err)
	}
	if err != nil || !same {
		os.Exit(1)
	}
}

// settings say what is compared.
type settings struct {
	seeds string
	only  string
	times int
}

// check builds, runs and compares.
func check(ctx context.Context, s settings, out io.Writer) (same bool, err error) {
	began := time.Now()
	dir, err := os.MkdirTemp("", "determinism-")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	processes, err := plan(ctx, dir, s.times)
	if err != nil {
		return false, err
	}
	if err := runAll(ctx, processes, s, out); err != nil {
		return false, err
	}
	d := compare(processes)
	if d.first != "" {
		fmt.Fprintf(out, "FAIL: %d of %d hashes differ; the first:\n%s\n", d.count, d.hashes, d.first)
		return false, nil
	}
	fmt.Fprintf(out, "ok: %d hashes, of %d scenarios with seeds %s, are the same in %d processes: %s; %v\n",
		d.hashes, d.scenarios, s.seeds, len(processes), kinds(processes), time.Since(began).Round(time.Second))
	return true, nil
}

// kinds names the kinds of processes there were.
func kinds(all []*process) string {
	var names []string
	for _, p := range all {
		if p.nth == 1 {
			names = append(names, p.kind())
		}
	}
	return strings.Join(names, ", ")
}
