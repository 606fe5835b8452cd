// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/twinwire/twinwire/conformance"
)

func TestMemnet(t *testing.T) {
	h := memnetHarness()
	h.Cases = 25
	conformance.Test(t, h)
}

func TestTCP(t *testing.T) {
	h := tcpHarness()
	h.Cases = 4
	before := runtime.NumGoroutine()
	conformance.Test(t, h)
	// A connection's last goroutine may end just after the call that closed it.
	for end := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines were left behind:\n%s", runtime.NumGoroutine()-before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}
