// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/twinwire/twinwire/internal/bench/peer"
)

// A cell is something that is measured.
type cell struct {
	name  string
	unit  string
	cores int
	run   func(seed uint64) (float64, error)
}

// The names of cells that gates look at.
const (
	w1Self    = "W1 self-encoded"
	w1CBOR    = "W1 CBOR"
	w1Two     = "W1 self-encoded, two worlds on two cores"
	w2Self    = "W2 self-encoded"
	w3Self    = "W3 self-encoded"
	idleSelf  = "W1 beside 91 idle hosts"
	w1Bubble  = "W1 in a synctest bubble"
	w1Own     = "W1 in a synctest bubble, pipes of its own"
	switches  = "bare scheduler"
	threeHost = "world of 3 hosts"
	dayIdle   = "500 hosts idle for a day"
	hostIdle  = "memory of an idle host"
	blockCost = "1 MiB block"
)

// cells are everything there is to measure; scale is how much work a cell does.
func cells(scale int) []cell {
	self := func(l load) func(uint64) (float64, error) {
		return func(seed uint64) (float64, error) { return asksPerSecond[peer.SelfMessage](l, seed) }
	}
	w1 := load{clients: 8, asks: 4000 * scale, faults: near()}
	w3 := w1
	w3.clients, w3.asks = 99, w1.clients*w1.asks/99 // as many calls, or what it takes to start would count more
	beside := w1
	beside.idle = 91
	return []cell{
		{name: w1Self, unit: "asks/s", cores: 1, run: self(w1)},
		{name: w1CBOR, unit: "asks/s", cores: 1, run: func(seed uint64) (float64, error) {
			l := w1
			l.asks /= 2
			return asksPerSecond[peer.Message](l, seed)
		}},
		{name: w2Self, unit: "asks/s", cores: 1, run: self(load{clients: 8, asks: 4000 * scale, faults: far()})},
		{name: w3Self, unit: "asks/s", cores: 1, run: self(w3)},
		{name: idleSelf, unit: "asks/s", cores: 1, run: self(beside)},
		{name: w1Bubble, unit: "asks/s", cores: 1, run: func(seed uint64) (float64, error) { return bubbleAsks(standardPipes, 8, 1000*scale, seed) }},
		{name: w1Own, unit: "asks/s", cores: 1, run: func(seed uint64) (float64, error) { return bubbleAsks(ownPipes, 8, 1000*scale, seed) }},
		{name: w1Two, unit: "asks/s", cores: 2, run: func(seed uint64) (float64, error) { return twoWorlds(w1, seed) }},
		{name: switches, unit: "switches/s", cores: 1, run: switchesPerSecond},
		{name: blockCost, unit: "copies", cores: 1, run: blockCopies},
		{name: threeHost, unit: "us", cores: 1, run: worldMicroseconds},
		{name: dayIdle, unit: "s", cores: 1, run: func(seed uint64) (float64, error) {
			seconds, _, err := idleDay(seed)
			return seconds, err
		}},
		{name: hostIdle, unit: "KB", cores: 1, run: func(seed uint64) (float64, error) {
			_, kilobytes, err := idleDay(seed)
			return kilobytes, err
		}},
	}
}

// measure runs a cell once.
func (c cell) measure(seed uint64) (float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(c.cores))
	runtime.GC()
	return c.run(seed)
}

// twoWorlds runs the load in two worlds side by side.
func twoWorlds(l load, seed uint64) (float64, error) {
	var wg sync.WaitGroup
	errs := make([]error, 2)
	start := time.Now()
	for i := range errs {
		wg.Go(func() { _, errs[i] = asksPerSecond[peer.SelfMessage](l, seed+uint64(i)) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return float64(2*l.clients*l.asks) / time.Since(start).Seconds(), nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
