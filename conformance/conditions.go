// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"time"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/internal/fault"
)

// conditions is what every plan has: the seed of its world, and how the network behaves. The zero value, to which rapid
// shrinks, is seed 0 on a fast network without faults.
type conditions struct {
	Seed    uint64
	Latency time.Duration // one way, mean
	Late    uint32        // of a million deliveries, how many come up to 20 ms later
	Split   uint32        // of a million writes, how many arrive in pieces
	Reset   uint32        // of a million writes, how many cut their connection
	Refuse  uint32        // of a million connection attempts, how many are refused
}

func (c conditions) in() conditions { return c }

// lateness bounds what a late delivery adds. It is far below every timeout that a property expects not to strike.
const lateness = 20 * time.Millisecond

// drawFair draws a network that is slow, uneven and splits writes, but loses nothing.
func drawFair(t *rapid.T) conditions {
	return conditions{
		Seed:    rapid.Uint64().Draw(t, "seed"),
		Latency: rapid.SampledFrom([]time.Duration{0, 100 * time.Microsecond, time.Millisecond}).Draw(t, "latency"),
		Late:    rapid.SampledFrom([]uint32{0, 10_000, 100_000}).Draw(t, "late"),
		Split:   rapid.SampledFrom([]uint32{0, 200_000, 800_000}).Draw(t, "split"),
	}
}

// drawFoul draws a network that also cuts connections and refuses them.
func drawFoul(t *rapid.T) conditions {
	c := drawFair(t)
	c.Reset = rapid.SampledFrom([]uint32{0, 20_000, 150_000}).Draw(t, "reset")
	c.Refuse = rapid.SampledFrom([]uint32{0, 50_000, 300_000}).Draw(t, "refuse")
	return c
}

func (c conditions) profile() fault.Profile {
	return fault.Profile{
		Name:        "conformance",
		LatencyMin:  c.Latency / 4,
		LatencyMean: c.Latency,
		TailPPM:     c.Late,
		TailMax:     lateness,
		SplitPPM:    c.Split,
		ResetPPM:    c.Reset,
		RefusePPM:   c.Refuse,
	}
}

// milliseconds draws a duration of whole milliseconds.
func milliseconds(t *rapid.T, from, to int, label string) time.Duration {
	return time.Duration(rapid.IntRange(from, to).Draw(t, label)) * time.Millisecond
}
