// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"maps"
	"math/bits"
	"time"

	"github.com/twinwire/twinwire/api"
)

// million is what the shares of a profile are of.
const million = 1_000_000

// maxFragments bounds into how many pieces a write is split.
const maxFragments = 4

// longest bounds a mean, so that no product overflows.
const longest = time.Duration(1) << 56

// dice draws the faults of a profile and counts those that fired.
type dice struct {
	rt      api.Runtime
	profile Profile
	start   time.Time

	mu     api.Mutex
	counts Counts
}

func newDice(rt api.Runtime, p Profile) *dice {
	return &dice{rt: rt, profile: p, start: rt.Now(), mu: rt.NewMutex(), counts: Counts{}}
}

// ended says whether the time of faults is over.
func (d *dice) ended(now time.Time) bool {
	return d.profile.Until > 0 && now.Sub(d.start) >= d.profile.Until
}

// strikes draws whether a fault of that share happens now.
func (d *dice) strikes(ppm uint32) bool {
	return ppm > 0 && !d.ended(d.rt.Now()) && d.rt.Rand().Uint32N(million) < ppm
}

// latency draws how long a delivery takes, and whether it is a late one.
func (d *dice) latency() (took time.Duration, late bool) {
	took = d.profile.LatencyMin + d.exponential(d.profile.LatencyMean)
	if d.profile.TailMax > 0 && d.strikes(d.profile.TailPPM) {
		return took + d.between(1, d.profile.TailMax), true
	}
	return took, false
}

// fragments draws into which pieces b is cut: one, or up to maxFragments, none of them empty.
func (d *dice) fragments(b []byte) [][]byte {
	if len(b) < 2 || !d.strikes(d.profile.SplitPPM) {
		return [][]byte{b}
	}
	var out [][]byte
	for n := 2 + d.rt.Rand().IntN(maxFragments-1); n > 1 && len(b) > 1; n-- {
		at := 1 + d.rt.Rand().IntN(len(b)-1)
		out = append(out, b[:at])
		b = b[at:]
	}
	return append(out, b)
}

// between draws a duration from low to high, both included.
func (d *dice) between(low, high time.Duration) time.Duration {
	if high <= low {
		return low
	}
	return low + time.Duration(d.rt.Rand().Int64N(int64(high-low)+1))
}

// exponential draws from an exponential distribution, in integers, so that every machine draws the same: the binary
// logarithm of a uniform number, straight between the powers of two, whose mean is 3/2.
func (d *dice) exponential(mean time.Duration) time.Duration {
	if mean <= 0 {
		return 0
	}
	u := d.rt.Rand().Uint64() | 1
	zeros := bits.LeadingZeros64(u)
	fraction := u << zeros << 1 >> 48
	units := uint64(zeros+1)<<16 - fraction
	hi, lo := bits.Mul64(uint64(min(mean, longest)), units)
	scaled, _ := bits.Div64(hi, lo, 3<<15)
	return time.Duration(scaled)
}

// fired counts a fault.
func (d *dice) fired(k Kind) {
	d.mu.Lock()
	d.counts[k]++
	d.mu.Unlock()
}

// snapshot returns what was counted so far.
func (d *dice) snapshot() Counts {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.counts)
}
