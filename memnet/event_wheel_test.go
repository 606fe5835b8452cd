// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
)

// The wheel gives out what was put in, by time and by the order of sending, however coarse time is and however much of
// it lies beyond the slots.
func TestEventWheelIsInOrder(t *testing.T) {
	for _, quantum := range []int64{1, int64(time.Microsecond), int64(100 * time.Microsecond)} {
		for _, latest := range []int64{1, int64(time.Millisecond), int64(10 * time.Millisecond)} {
			r := rand.New(rand.NewPCG(uint64(quantum), uint64(latest)))
			var q eventWheel
			q.init(&fault.Profile{LatencyMin: 100 * time.Microsecond, LatencyMean: 400 * time.Microsecond})
			var want []*segment
			now, seq := int64(0), uint64(0)
			take := func() {
				now = want[0].at
				if q.at != now || q.due(now) != want[0] || q.take(now) != want[0] {
					t.Fatalf("quantum %v, latest %v: at %v another is taken than the one due", time.Duration(quantum), time.Duration(latest), time.Duration(now))
				}
				want = want[1:]
			}
			for range 5_000 {
				for range r.IntN(5) {
					seq++
					s := &segment{at: now + (r.Int64N(latest)+quantum-1)/quantum*quantum, seq: seq}
					q.push(now, s)
					i, _ := slices.BinarySearchFunc(want, s.at+1, func(s *segment, at int64) int { return int(s.at - at) })
					want = slices.Insert(want, i, s)
				}
				for r.IntN(2) == 0 && len(want) > 0 {
					take()
				}
			}
			for len(want) > 0 {
				take()
			}
			if q.at != farAway {
				t.Errorf("an empty wheel has something due at %d", q.at)
			}
		}
	}
}
