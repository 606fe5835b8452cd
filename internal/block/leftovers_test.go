// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// leftovers is what a process has of things that a test may leave behind.
type leftovers struct{ goroutines, descriptors int }

func countLeftovers() leftovers {
	n := leftovers{goroutines: runtime.NumGoroutine()}
	if names, err := os.ReadDir("/proc/self/fd"); err == nil { // elsewhere they are not counted
		n.descriptors = len(names)
	}
	return n
}

// nothingLeft waits until no more is there than before.
func nothingLeft(t *testing.T, before leftovers) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		now := countLeftovers()
		if now.goroutines <= before.goroutines && now.descriptors <= before.descriptors {
			return
		}
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%+v are left, before there were %+v\n%s", now, before, stacks[:runtime.Stack(stacks, true)])
		}
		runtime.Gosched()
	}
}
