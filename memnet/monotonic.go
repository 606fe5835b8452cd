// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"time"
	"unsafe"
)

// A time of the machine carries two readings: the wall clock's, which may be wrong and jump, and a monotonic one, which
// the differences between two such times are made of. So that a simulated clock can be wrong and jump without breaking
// what Go promises of time.Time, a time of a world with such clocks carries both too. The package time has no way to
// make one, so this file lays it out as package time does; where that does not work, times have one reading only.

// timeLayout is time.Time's.
type timeLayout struct {
	wall uint64
	ext  int64
	loc  *time.Location
}

const hasMonotonic = 1 << 63

// wallEpoch is what the seconds of a time with two readings are counted from.
//
//go:norace
func wallEpoch() time.Time { return time.Date(1885, 1, 1, 0, 0, 0, 0, time.UTC) }

// withMonotonic returns the time with a second reading, in ns.
//
//go:norace
func withMonotonic(t time.Time, reading int64) time.Time {
	sec := uint64(t.Unix() - wallEpoch().Unix())
	l := timeLayout{wall: hasMonotonic | sec<<30 | uint64(t.Nanosecond()), ext: reading}
	return *(*time.Time)(unsafe.Pointer(&l)) //nolint:gosec // see above
}

// canCarryTwo reports whether the layout is as expected.
//
//go:norace
func canCarryTwo() bool {
	if unsafe.Sizeof(timeLayout{}) != unsafe.Sizeof(time.Time{}) {
		return false
	}
	wall := time.Date(2100, 1, 2, 3, 4, 5, 6, time.UTC)
	a, b := withMonotonic(wall, 100), withMonotonic(wall.Add(-time.Hour), 300)
	return a.Round(0).Equal(wall) && b.Sub(a) == 200 && a.Add(5).Sub(a) == 5
}
