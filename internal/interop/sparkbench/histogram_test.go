// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"
	"time"
)

func TestBucketsHoldTheirDurations(t *testing.T) {
	for d := time.Duration(0); d < 10*time.Second; d += 1 + d/50 {
		b := bucket(d)
		if high := highest(b); high < d || high-d > d/sub {
			t.Fatalf("%d ns is in bucket %d, which ends at %d ns", d, b, high)
		}
		if b > 0 && highest(b-1) >= d {
			t.Fatalf("%d ns is in bucket %d, but the one before ends at %d ns", d, b, highest(b-1))
		}
	}
}

func TestPercentiles(t *testing.T) {
	var h histogram
	for d := range 1000 {
		h.record(time.Duration(d+1) * time.Microsecond)
	}
	for share, want := range map[float64]time.Duration{0.5: 500 * time.Microsecond, 0.99: 990 * time.Microsecond} {
		if got := h.percentile(share); got < want || got > want+want/sub {
			t.Errorf("percentile %v: %v, want about %v", share, got, want)
		}
	}
	if h.count() != 1000 {
		t.Errorf("%d durations", h.count())
	}
}
