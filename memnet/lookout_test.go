// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"math"
	"math/bits"
	"testing"
)

// A block strikes as often as it should, and at each of its occasions alike.
func TestSeededBlockStrikesAtItsRate(t *testing.T) {
	const blocks = 20_000
	for _, ppm := range []uint32{0, 10, 1_000, 50_000, 500_000, 999_999, million, 2 * million} {
		hits, byPlace := 0, [ahead]int{}
		for b := range uint64(blocks) {
			v := seededBlock(spreadSeed(1), mix(3, 4), b, ppm, ^uint64(0))
			hits += bits.OnesCount64(v)
			for i := range byPlace {
				byPlace[i] += int(v >> i & 1)
			}
		}
		p := min(float64(ppm)/million, 1)
		near := func(got, n int) bool {
			return math.Abs(float64(got)-p*float64(n)) <= 4+5*math.Sqrt(p*(1-p)*float64(n))
		}
		if !near(hits, blocks*ahead) {
			t.Errorf("%d ppm: %d of %d occasions are struck", ppm, hits, blocks*ahead)
		}
		for i, n := range byPlace {
			if !near(n, blocks) {
				t.Errorf("%d ppm: occasion %d of a block is struck in %d of %d", ppm, i, n, blocks)
			}
		}
	}
}

// A lookout passes by what nothing strikes, and nothing else.
func TestLookoutMissesNoHit(t *testing.T) {
	const occasions = 10 * ahead
	block := func(n uint64) uint64 { return seededBlock(5, 7, n/ahead, 50_000, ^uint64(0)) }
	var o lookout
	looked := 0
	for n := uint64(1); n <= occasions; n++ {
		hit := false
		if n >= o.next {
			looked++
			if n >= o.until {
				o.learn(n, block(n))
			}
			hit = o.strikes(n)
		}
		if want := block(n)>>(n%ahead)&1 == 1; hit != want {
			t.Errorf("occasion %d: struck is %t, want %t", n, hit, want)
		}
	}
	if looked > occasions/8 {
		t.Errorf("it looked at %d of %d occasions", looked, occasions)
	}
}
