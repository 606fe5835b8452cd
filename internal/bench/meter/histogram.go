// SPDX-License-Identifier: Apache-2.0

package meter

import (
	"math/bits"
	"time"
)

const (
	subBits = 6 // 64 buckets a power of two: less than 1 % of error
	sub     = 1 << subBits
	octaves = 36 // up to about 68 s
	buckets = (octaves - subBits + 1) * sub
)

// Histogram counts durations. It allocates nothing while it counts. The zero value is empty. Not safe for concurrent
// use: see [Shared].
type Histogram struct {
	counts [buckets]uint32
	n      uint64
}

// Record counts one duration.
func (h *Histogram) Record(d time.Duration) {
	h.counts[bucketOf(uint64(max(d, 0)))]++
	h.n++
}

// Count is how many durations were recorded.
func (h *Histogram) Count() uint64 { return h.n }

// Quantile is the duration below which the share q of all lies, 0 when nothing was recorded.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank, seen := uint64(q*float64(h.n)), uint64(0)
	for i, c := range h.counts {
		seen += uint64(c)
		if seen > rank {
			return middleOf(i)
		}
	}
	return 0
}

func bucketOf(v uint64) int {
	if v < sub {
		return int(v)
	}
	shift := bits.Len64(v) - subBits - 1
	return min((shift+1)*sub+int(v>>shift)-sub, buckets-1)
}

func middleOf(bucket int) time.Duration {
	if bucket < sub {
		return time.Duration(bucket)
	}
	shift := bucket/sub - 1
	low := uint64(bucket%sub+sub) << shift
	return time.Duration(low + (1<<shift)/2)
}
