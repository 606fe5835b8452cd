// SPDX-License-Identifier: Apache-2.0

package meter

import (
	"sync"
	"time"
)

// Shared is a histogram of many tasks. A histogram of 8 KB for each would push what is measured out of the caches.
type Shared struct {
	mu  sync.Mutex
	All Histogram // to be read once nobody records
}

// Few is what one task has recorded since it last gave it to a Shared.
type Few struct {
	n     int
	times [60]uint32 // ns, as far as that goes
}

// Record counts one duration, up to about 4.3 s, of the task that few belongs to.
func (s *Shared) Record(few *Few, d time.Duration) {
	few.times[few.n] = uint32(min(max(d, 0), 1<<32-1))
	if few.n++; few.n == len(few.times) {
		s.Take(few)
	}
}

// Take takes over what is left in few.
func (s *Shared) Take(few *Few) {
	s.mu.Lock()
	for _, ns := range few.times[:few.n] {
		s.All.Record(time.Duration(ns))
	}
	s.mu.Unlock()
	few.n = 0
}
