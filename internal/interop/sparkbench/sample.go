// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"runtime"
	"time"

	"github.com/twinwire/twinwire/internal/interop/jvm"
)

// A sample is one measured window of a cell.
type sample struct {
	rate      float64       // requests, chunks or blocks in a second
	p50, p99  time.Duration // of a call
	cpu       time.Duration // of both ends, for a request, chunk or block; 0: not known
	strangers float64       // share of the machine that other processes used
}

// A bench takes samples.
type bench struct {
	spark   string // which one
	jvm     *jvm.Project
	self    string // this program, which is our peers too
	file    string // whose blocks are served
	only    *regexp.Regexp
	warmUp  time.Duration
	window  time.Duration
	windows int           // of each cell, in a round
	settle  time.Duration // how long to wait for a quiet machine
	quiet   float64       // share of the machine that strangers may use
	tries   int           // for a quiet sample
}

// ourWarmUp is enough for a program that is compiled already.
const ourWarmUp = time.Second

func (b *bench) command(ctx context.Context, s stack, args ...string) *exec.Cmd {
	if s == spark {
		return b.jvm.Command(ctx, args...)
	}
	return exec.CommandContext(ctx, b.self, append([]string{"-role"}, args...)...)
}

// round starts the processes of a group's cells and takes samples of each, turn by turn: the machine may be faster a
// minute later, so only what was measured side by side is compared.
func (b *bench) round(ctx context.Context, group []cell, r *results, progress io.Writer) (err error) {
	var pairs []*pair
	defer func() {
		for _, p := range pairs {
			err = errors.Join(err, p.stop())
		}
	}()
	for _, c := range group {
		p, err := b.start(ctx, c)
		if err != nil {
			return fmt.Errorf("%v: %s: %w", c.stack, c.name, err)
		}
		pairs = append(pairs, p)
	}
	for range b.windows {
		for _, i := range rand.Perm(len(pairs)) {
			c := pairs[i].cell
			s, err := b.take(ctx, pairs[i])
			if err != nil {
				return fmt.Errorf("%v: %s: %w", c.stack, c.name, err)
			}
			fmt.Fprintf(progress, "%v: %s: %.1fk/s, strangers %.0f %%\n", c.stack, c.name, s.rate/1e3, 100*s.strangers)
			r.samples[c] = append(r.samples[c], s)
		}
	}
	return nil
}

// take takes a sample, again when strangers were at work meanwhile, and returns the least disturbed one.
func (b *bench) take(ctx context.Context, p *pair) (best sample, err error) {
	for try := range b.tries {
		if try > 0 {
			b.awaitQuiet(ctx)
		}
		s, err := p.sample()
		if err != nil {
			return sample{}, err
		}
		if try == 0 || s.strangers < best.strangers {
			best = s
		}
		if best.strangers <= b.quiet {
			break
		}
	}
	return best, nil
}

// awaitQuiet waits until nobody else uses the machine, at most for the time to settle.
func (b *bench) awaitQuiet(ctx context.Context) {
	for end := time.Now().Add(b.settle); time.Now().Before(end) && ctx.Err() == nil; {
		before, begin := readCPU(), time.Now()
		time.Sleep(time.Second)
		if after := readCPU(); share(after.all-before.all, time.Since(begin)) <= b.quiet {
			return
		}
	}
}

// share is the part of the machine's processors that used stands for.
func share(used, lasted time.Duration) float64 {
	return float64(used) / float64(lasted) / float64(runtime.NumCPU())
}
