// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"math/rand/v2"
	"testing"
)

// Rounding up without a division gives what one with a division gives, near multiples and anywhere.
func TestRoundUpIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, q := range []int64{1, 2, 7, 1_000, 10_000, 20_000, 50_000, 65_536, 100_000} {
		p := policy{quantum: q, ofQuantum: ^uint64(0) / uint64(q)}
		for range 10_000 {
			near := r.Int64N(farAway>>r.IntN(60)+1)/q*q + r.Int64N(3) - 1
			for _, at := range []int64{max(near, 1), 1 + r.Int64N(farAway)} {
				if got, want := p.roundUp(at), (at+q-1)/q*q; got != want {
					t.Fatalf("quantum %d: %d is rounded up to %d, want %d", q, at, got, want)
				}
			}
		}
	}
}
