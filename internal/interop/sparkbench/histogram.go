// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"math/bits"
	"time"
)

const (
	subBits = 5
	sub     = 1 << subBits
	octaves = 40
)

// histogram counts durations in buckets that are at most 1/32 wide, as Histogram.java does.
type histogram [octaves * sub]uint64

func (h *histogram) record(d time.Duration) { h[bucket(d)]++ }

func (h *histogram) add(other *histogram) {
	for i, n := range other {
		h[i] += n
	}
}

func (h *histogram) count() (n uint64) {
	for _, c := range h {
		n += c
	}
	return n
}

// percentile is the duration that the share of all that are recorded does not exceed.
func (h *histogram) percentile(share float64) time.Duration {
	rank := uint64(math.Ceil(share * float64(h.count())))
	var seen uint64
	for i, n := range h {
		seen += n
		if seen >= rank && seen > 0 {
			return highest(i)
		}
	}
	return 0
}

func bucket(d time.Duration) int {
	if d < sub {
		return int(max(0, d))
	}
	shift := bits.Len64(uint64(d)) - 1 - subBits
	return min((shift+1)*sub+int(d>>shift)-sub, octaves*sub-1)
}

// highest is the largest duration of a bucket.
func highest(bucket int) time.Duration {
	if bucket < sub {
		return time.Duration(bucket)
	}
	shift := bucket/sub - 1
	return time.Duration(bucket%sub+sub+1)<<shift - 1
}
