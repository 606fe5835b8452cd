// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"runtime"
	"time"

	"github.com/twinwire/twinwire/internal/bench/meter"
	"github.com/twinwire/twinwire/internal/bench/peer"
)

// drive is the client process: it measures one sample.
func drive(t task) (sample, error) {
	if t.Kind.ofBlocks() {
		return driveBlocks(t)
	}
	p, err := peer.Find(t.Peer)
	if err != nil {
		return sample{}, err
	}
	if t.Kind == oneway {
		return driveOneway(t, p)
	}
	return driveUnary(t, p)
}

// moment is what both processes and the machine have spent until then.
type moment struct {
	at             time.Time
	client, server meter.Usage
	busy           time.Duration
	cores          int
	mallocs        uint64
}

func (t task) now() (moment, error) {
	var m moment
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	m.mallocs = mem.Mallocs
	var err error
	if m.client, err = meter.UsageOf(os.Getpid()); err != nil {
		return m, err
	}
	if m.server, err = meter.UsageOf(t.Server); err != nil {
		return m, err
	}
	m.busy, m.cores, err = meter.MachineBusy()
	m.at = time.Now()
	return m, err
}

// between is the sample of n requests between two moments, but for their latencies.
func (t task) between(begin, end moment, n float64) (sample, error) {
	wall := end.at.Sub(begin.at)
	client, server := end.client.Sub(begin.client), end.server.Sub(begin.server)
	own := client.CPU + server.CPU
	_, peak, err := meter.ResidentOf(t.Server)
	n = max(n, 1)
	return sample{
		Rate:         n / wall.Seconds(),
		CPU:          micros(own) / n,
		ClientWrites: float64(client.Writes) / n,
		ServerWrites: float64(server.Writes) / n,
		Allocs:       float64(end.mallocs-begin.mallocs) / n,
		PeakMB:       float64(peak) / (1 << 20),
		Foreign:      meter.Foreign(end.busy-begin.busy, own, wall, end.cores),
	}, err
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
