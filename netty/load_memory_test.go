// SPDX-License-Identifier: Apache-2.0

package netty_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
)

// used is the memory in use after a collection: live heap and stacks, in bytes.
func used() int64 {
	runtime.GC()
	runtime.GC() // empties the pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// resident is the memory the process holds of the machine, in bytes; 0 where that is not known.
func resident() int64 {
	debug.FreeOSMemory()
	b, err := os.ReadFile("/proc/self/statm")
	var total, pages int64
	if err != nil {
		return 0
	}
	if _, err := fmt.Fscan(bytes.NewReader(b), &total, &pages); err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// peak follows the memory in use until stop, which returns the most that was seen above the beginning.
func peak(t *testing.T) (stop func() int64) {
	t.Helper()
	before := used()
	var done atomic.Bool
	most := make(chan int64)
	go func() {
		m := int64(0)
		for !done.Load() {
			m = max(m, used()-before)
		}
		most <- m
	}()
	return func() int64 { done.Store(true); return <-most }
}
