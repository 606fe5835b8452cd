// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"runtime/debug"
	"strings"
	"sync"
	"testing"
)

// TestPlaceOfACallInTheLibrary: a task that waits inside a function of the standard library is told of by the line that called it.
func TestPlaceOfACallInTheLibrary(t *testing.T) {
	var stack string
	new(sync.Once).Do(func() { stack = string(debug.Stack()) })
	lines := strings.Split(stack, "\n") // goroutine, debug.Stack, this function, and then those of the library
	inside := lines[0] + "\n" + strings.Join(lines[5:], "\n")
	if !strings.HasPrefix(lines[5], "sync.(*Once).") {
		t.Fatalf("another stack:\n%s", stack)
	}
	if p := parkedPlaceIn(inside); p.line != "parked_place_test.go:15" {
		t.Errorf("%+v of\n%s", p, inside)
	}
	tb := "goroutine 1 [running]:\ngithub.com/twinwire/twinwire/simulator.(*taskTB).FailNow(0x1)\n\t/x/simulator/tb.go:169 +0x1\nlease.work()\n\t/x/lease/lease.go:7 +0x1\n"
	if p := parkedPlaceIn(tb); p.line != "lease.go:7" {
		t.Errorf("%+v of\n%s", p, tb)
	}
}
