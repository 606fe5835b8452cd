// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"syscall"
	"time"

	"github.com/twinwire/twinwire/internal/interop/peer"
)

// pair is a cell's two processes, which stand still but while they are measured. Stop it.
type pair struct {
	cell           cell
	served         served
	server, client *peer.Process
}

// start starts a cell's processes, waits until they are warm, and has them stand still.
func (b *bench) start(ctx context.Context, c cell) (p *pair, err error) {
	p = &pair{cell: c}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.stop())
		}
	}()
	if p.served, err = b.lay(c); err != nil {
		return p, err
	}
	if p.server, err = peer.Start(c.server, b.command(ctx, c.stack, append([]string{c.server}, p.served.args...)...)); err != nil {
		return p, err
	}
	address, err := p.server.Await("ready")
	if err != nil {
		return p, err
	}
	if c.server == serviceServer {
		if err := register(ctx, address, p.served.folder); err != nil {
			return p, err
		}
	}
	if p.client, err = peer.Start(c.client, b.command(ctx, c.stack, b.clientArgs(c, address, p.served.blocks)...)); err != nil {
		return p, err
	}
	if _, err := p.client.Await("warm"); err != nil {
		return p, err
	}
	return p, p.signal(syscall.SIGSTOP)
}

func (b *bench) clientArgs(c cell, address string, blocks int) []string {
	warmUp := b.warmUp
	if c.stack == ours {
		warmUp = min(warmUp, ourWarmUp)
	}
	args := []string{c.client, address, strconv.Itoa(c.outstanding), millis(warmUp), millis(b.window)}
	if c.block > 0 {
		args = append(args, strconv.Itoa(c.block), strconv.Itoa(blocks), strconv.Itoa(c.each))
	}
	return args
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

func (p *pair) signal(s syscall.Signal) (err error) {
	for _, process := range []*peer.Process{p.server, p.client} {
		if process != nil {
			err = errors.Join(err, syscall.Kill(process.ID(), s))
		}
	}
	return err
}

func (p *pair) stop() error {
	err := p.signal(syscall.SIGCONT)
	for _, process := range []*peer.Process{p.client, p.server} {
		if process != nil {
			err = errors.Join(err, process.Stop())
		}
	}
	return errors.Join(err, p.served.remove())
}

// lead is how long the processes run again before their window.
const lead = 200 * time.Millisecond

// sample measures a window, and what the processors did meanwhile.
func (p *pair) sample() (s sample, err error) {
	if err := p.signal(syscall.SIGCONT); err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, p.signal(syscall.SIGSTOP)) }()
	time.Sleep(lead)
	before := readCPU(p.client.ID(), p.server.ID())
	if err := p.client.Tell("window"); err != nil {
		return s, err
	}
	text, err := p.client.Await("window")
	if err != nil {
		return s, err
	}
	after := readCPU(p.client.ID(), p.server.ID())
	var w window
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return s, err
	}
	if w.Requests == 0 {
		return s, errors.New("no request in the window")
	}
	done := w.Requests * uint64(p.cell.calls())
	s = sample{rate: float64(done) / w.Nanos.Seconds(), p50: w.P50, p99: w.P99}
	if before.known && after.known {
		own := after.own - before.own
		s.cpu = own / time.Duration(done)
		s.strangers = max(0, share(after.all-before.all-own, w.Nanos))
	}
	return s, nil
}
