// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/simulator"
)

// TestAnInterruptedSweepTellsWhatItFound: a night's search that somebody ends in the morning is not for nothing.
func TestAnInterruptedSweepTellsWhatItFound(t *testing.T) {
	c := sweepCmd{seeds: simulator.Seeds{First: 1, Last: 3}, Jobs: 1, Tapes: t.TempDir()}
	c.Scenario, c.Network, c.Faults = "lost-update", "memnet", defaultFaults
	c.Executors, c.Partitions = 4, 8
	s, err := c.subject()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	over := make(chan struct{})
	defer close(over)
	r := <-c.start(ctx, over, sweepReport{Scenario: c.Scenario}, newStatusLine(&terminal{out: io.Discard, err: io.Discard}), s)
	text := r.text()
	if !strings.Contains(text, "interrupted\n1 run in ") || !strings.Contains(text, "repeat: simctl replay lost-update --seed 1") || strings.Contains(text, "canceled") {
		t.Errorf("%+v\n%s", r, text)
	}
}
