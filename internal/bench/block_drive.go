// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/twinwire/twinwire/internal/bench/blockpeer"
	"github.com/twinwire/twinwire/internal/bench/meter"
)

// warmBytes are the bytes that are pulled before a sample, which opens windows and buffers.
const warmBytes = 64 << 20

// driveBlocks is the client process of a pull or save cell: it measures one sample.
func driveBlocks(t task) (s sample, err error) {
	_, bare, err := meter.ResidentOf(os.Getpid())
	if err != nil {
		return s, err
	}
	p, err := blockpeer.Find(t.Peer)
	if err != nil {
		return s, err
	}
	block := int64(t.Payload)
	c, err := p.Dial(t.Addr, blockpeer.Want{Block: block, Outstanding: t.Callers, Dest: t.Dest, Congestion: t.Congestion})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if warm := min(t.Blocks, warmBytes/block); warm > 0 {
		if err := c.Pull(0, warm); err != nil {
			return s, fmt.Errorf("warm-up: %w", err)
		}
	}
	stop, err := profiling(t.Profile)
	if err != nil {
		return s, err
	}
	begin, err := t.now()
	if err != nil {
		return s, err
	}
	if err := c.Pull(0, t.Blocks); err != nil {
		return s, err
	}
	end, err := t.now()
	if err != nil {
		return s, err
	}
	if err := stop(); err != nil {
		return s, err
	}
	if s, err = t.between(begin, end, float64(block*t.Blocks)); err != nil {
		return s, err
	}
	s.perGB(float64(block))
	_, peak, err := meter.ResidentOf(os.Getpid())
	s.ClientMB, s.GrownMB = float64(peak)/(1<<20), float64(peak-bare)/(1<<20)
	return s, err
}

// perGB turns what was for each byte into what is for each GB and, of counts, for each block.
func (s *sample) perGB(block float64) {
	s.Rate /= 1e9
	s.CPU *= 1e9 / 1e6
	s.ClientWrites *= block
	s.ServerWrites *= block
	s.Allocs *= block
}
