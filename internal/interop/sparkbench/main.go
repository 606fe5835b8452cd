// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"
	"time"
)

func main() {
	role := flag.String("role", "", "be a peer of the driver's instead (internal)")
	rounds := flag.Int("rounds", 2, "how often the processes of each cell are started anew")
	b := bench{}
	flag.IntVar(&b.windows, "windows", 5, "samples of each cell in a round")
	flag.DurationVar(&b.warmUp, "warmup", 10*time.Second, "load before the first window of a JVM; ours get at most 1s of it")
	flag.DurationVar(&b.window, "window", 2*time.Second, "what is measured at a time")
	flag.DurationVar(&b.settle, "settle", 20*time.Second, "how long to wait for a quiet machine before a sample is taken again")
	flag.Float64Var(&b.quiet, "quiet", 0.08, "share of the processors that other processes may use without a sample being taken again")
	flag.IntVar(&b.tries, "tries", 3, "how often a sample is taken for a quiet one")
	flag.StringVar(&b.spark, "spark", cmp.Or(os.Getenv("SPARK_HOME"), measuredSpark),
		`which Spark: the folder that one is installed in (SPARK_HOME), a version that pip fetches, or "maven": that of jvm/pom.xml`)
	only := flag.String("only", "", "measure only what this regular expression finds in the name of a cell of Spark's, with its peers")
	flag.Parse()
	if *role != "" {
		if err := play(*role, flag.Args()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	var err error
	if b.only, err = regexp.Compile(*only); err != nil {
		fmt.Fprintln(os.Stderr, "sparkbench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ok, err := b.run(ctx, max(1, *rounds), os.Stdout, os.Stderr)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "sparkbench:", err)
		os.Exit(2)
	case !ok:
		os.Exit(1)
	}
}

// run takes the samples, writes table and gates, and reports whether every target is met.
func (b *bench) run(ctx context.Context, rounds int, out, progress io.Writer) (ok bool, err error) {
	b.tries, b.windows = max(1, b.tries), max(1, b.windows)
	if b.self, err = os.Executable(); err != nil {
		return false, err
	}
	if b.jvm, err = buildPeers(ctx, b.spark); err != nil {
		return false, err
	}
	if b.file, err = makeFile(); err != nil {
		return false, errors.Join(err, os.Remove(b.file))
	}
	defer func() { err = errors.Join(err, os.Remove(b.file)) }()
	fmt.Fprintf(out, "%s; %s, %s/%s, %d processors, congestion control %s, file %s\n",
		b.jvm.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), congestionControl(), b.file)
	fmt.Fprintf(out, "%d rounds of %d windows of %v; warm-up %v (ours %v); medians of the samples that no other process disturbed, in brackets the least and the most\n\n",
		rounds, b.windows, b.window, b.warmUp, min(b.warmUp, ourWarmUp))
	r := results{samples: map[cell][]sample{}, quiet: b.quiet}
	for round := range rounds {
		for _, i := range rand.Perm(len(groups)) {
			if !b.only.MatchString(groups[i][0].name) {
				continue
			}
			fmt.Fprintf(progress, "round %d of %d\n", round+1, rounds)
			if err := b.round(ctx, groups[i], &r, progress); err != nil {
				return false, err
			}
		}
	}
	if err := r.writeTable(out); err != nil {
		return false, err
	}
	fmt.Fprintln(out)
	ok = true
	for _, g := range gates {
		if len(r.samples[groups[g.group][0]]) == 0 {
			continue
		}
		line, met := g.judge(r)
		fmt.Fprintln(out, line)
		ok = ok && met
	}
	return ok, nil
}
