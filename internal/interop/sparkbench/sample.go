// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"time"

	"github.com/twinwire/twinwire/internal/interop/jvm"
	"github.com/twinwire/twinwire/internal/interop/peer"
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
	self    string  // this program, which is our peers too
	file    string  // whose blocks are served
	outputs outputs // which a shuffle service serves
	only    *regexp.Regexp
	warmUp  time.Duration
	window  time.Duration
	settle  time.Duration // how long to wait for a quiet machine before a sample
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

// take measures a cell, again when strangers were at work meanwhile, and returns the least disturbed sample.
func (b *bench) take(ctx context.Context, c cell) (best sample, err error) {
	for try := range b.tries {
		b.awaitQuiet(ctx)
		s, err := b.once(ctx, c)
		if err != nil {
			return sample{}, fmt.Errorf("%v: %s: %w", c.stack, c.name, err)
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

func (b *bench) once(ctx context.Context, c cell) (s sample, err error) {
	serverArgs, folder := []string{c.server}, ""
	switch {
	case c.server == serviceServer:
		if folder, err = b.outputs.folder(c.block, c.each); err != nil {
			return s, err
		}
		serverArgs = append(serverArgs, folder)
	case c.block > 0:
		serverArgs = append(serverArgs, b.file, strconv.Itoa(c.block))
	}
	server, err := peer.Start(c.server, b.command(ctx, c.stack, serverArgs...))
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	address, err := server.Await("ready")
	if err != nil {
		return s, err
	}
	blocks := fileSize / max(1, c.block)
	if c.server == serviceServer {
		blocks -= blocks % c.each
		if err := register(ctx, address, folder); err != nil {
			return s, err
		}
	}
	warmUp := b.warmUp
	if c.stack == ours {
		warmUp = min(warmUp, ourWarmUp)
	}
	clientArgs := []string{c.client, address, strconv.Itoa(c.outstanding), millis(warmUp), millis(b.window)}
	if c.block > 0 {
		clientArgs = append(clientArgs, strconv.Itoa(c.block), strconv.Itoa(blocks), strconv.Itoa(c.each))
	}
	client, err := peer.Start(c.client, b.command(ctx, c.stack, clientArgs...))
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, client.Stop()) }()
	return watch(c, client, server)
}

// watch reads what the client says of its window, and what the processors did meanwhile.
func watch(c cell, client, server *peer.Process) (s sample, err error) {
	if _, err := client.Await("begin"); err != nil {
		return s, err
	}
	before := readCPU(client.ID(), server.ID())
	text, err := client.Await("end")
	if err != nil {
		return s, err
	}
	after := readCPU(client.ID(), server.ID())
	var w window
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return s, err
	}
	if w.Requests == 0 {
		return s, errors.New("no request in the window")
	}
	done := w.Requests * uint64(c.calls())
	s = sample{rate: float64(done) / w.Nanos.Seconds(), p50: w.P50, p99: w.P99}
	if before.known && after.known {
		own := after.own - before.own
		s.cpu = own / time.Duration(done)
		s.strangers = max(0, share(after.all-before.all-own, w.Nanos))
	}
	return s, nil
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
