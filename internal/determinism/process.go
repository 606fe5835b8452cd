// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// A process is one run of simctl.
type process struct {
	program string
	race    bool
	procs   int // GOMAXPROCS
	nth     int // of its kind, from 1

	lines []string
	took  time.Duration
}

func (p *process) kind() string {
	build := "plain"
	if p.race {
		build = "-race"
	}
	return fmt.Sprintf("%s GOMAXPROCS=%d", build, p.procs)
}

func (p *process) String() string { return fmt.Sprintf("%s, process %d", p.kind(), p.nth) }

// plan builds simctl, with the race detector and without, and returns the processes to run.
func plan(ctx context.Context, dir string, times int) ([]*process, error) {
	var all []*process
	for _, race := range []bool{false, true} {
		program, err := build(ctx, dir, race)
		if err != nil {
			return nil, err
		}
		for _, procs := range []int{1, 8} {
			for nth := range times {
				all = append(all, &process{program: program, race: race, procs: procs, nth: nth + 1})
			}
		}
	}
	return all, nil
}

func build(ctx context.Context, dir string, race bool) (program string, err error) {
	program = filepath.Join(dir, "simctl")
	args, cgo := []string{"build"}, "CGO_ENABLED=0"
	if race {
		program += "-race"
		args, cgo = append(args, "-race"), "CGO_ENABLED=1"
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "-o", program, "./cmd/simctl")...)
	cmd.Env = append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go %s (the race detector needs a C compiler): %w\n%s", strings.Join(args, " "), err, out)
	}
	return program, nil
}

// runAll runs as many processes at a time as there are processors: a world uses one, whatever GOMAXPROCS is.
func runAll(ctx context.Context, all []*process, s settings, out io.Writer) error {
	errs := make([]error, len(all))
	slots := make(chan struct{}, runtime.NumCPU())
	var says sync.Mutex
	var running sync.WaitGroup
	for i, p := range all {
		slots <- struct{}{}
		running.Go(func() {
			errs[i] = p.run(ctx, s)
			says.Lock()
			fmt.Fprintf(out, "%v: %d hashes in %v\n", p, len(p.lines), p.took.Round(time.Second))
			says.Unlock()
			<-slots
		})
	}
	running.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("%v: %w", all[i], err)
		}
	}
	return nil
}

// run keeps the lines that simctl prints. One process collects garbage more often than the other, for what a pool still
// holds must decide nothing.
func (p *process) run(ctx context.Context, s settings) error {
	began := time.Now()
	cmd := exec.CommandContext(ctx, p.program, "hashes", "--seeds", s.seeds, "--only", s.only)
	cmd.Env = append(os.Environ(), fmt.Sprint("GOMAXPROCS=", p.procs), fmt.Sprint("GOGC=", 400/(p.nth*p.nth)), "GORACE=halt_on_error=1 atexit_sleep_ms=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	p.took = time.Since(began)
	if err != nil {
		return fmt.Errorf("simctl hashes: %w\n%s", err, stderr.Bytes())
	}
	p.lines = strings.Split(strings.TrimSpace(string(out)), "\n")
	return nil
}
