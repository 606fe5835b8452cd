// SPDX-License-Identifier: Apache-2.0

package meter

import (
	"testing"
	"time"
)

func TestQuantiles(t *testing.T) {
	var s Shared
	var odd, even Few
	for i := 1; i <= 1000; i++ {
		few := &odd
		if i%2 == 0 {
			few = &even
		}
		s.Record(few, time.Duration(i)*time.Microsecond)
	}
	s.Take(&odd)
	s.Take(&even)
	a := &s.All
	if a.Count() != 1000 {
		t.Errorf("Count = %d, want 1000", a.Count())
	}
	for q, want := range map[float64]time.Duration{0.5: 500 * time.Microsecond, 0.99: 990 * time.Microsecond} {
		got := a.Quantile(q)
		if off := float64(got-want) / float64(want); off < -0.02 || off > 0.02 {
			t.Errorf("Quantile(%g) = %v, want %v within 2 %%", q, got, want)
		}
	}
}

func TestBucketsHoldTheirMiddle(t *testing.T) {
	for i := range buckets {
		if got := bucketOf(uint64(middleOf(i))); got != i {
			t.Fatalf("the middle of bucket %d, %v, falls into bucket %d", i, middleOf(i), got)
		}
	}
	if got := bucketOf(1 << 60); got != buckets-1 {
		t.Errorf("a duration beyond all buckets falls into %d, want the last", got)
	}
}
