// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// spin waits for what another processor does at once, so that both go on as nearly together as can be.
func spin(done func() bool) {
	for n := 1; !done(); n++ {
		if n%10_000 == 0 { // there is no other processor
			runtime.Gosched()
		}
	}
}

// TestTurnThatBeginsWhileTheWatchLooks: the watch looks at it once more, or nobody would relieve a reading task that is
// held up.
func TestTurnThatBeginsWhileTheWatchLooks(t *testing.T) {
	w := transport.NewWatched(netty.NewRuntime(), &writeLog{})
	const rounds = 30_000
	var at, looked atomic.Int64
	go func() {
		for n := int64(1); n <= rounds; n++ {
			spin(func() bool { return at.Load() >= n })
			w.Look()
			looked.Store(n)
		}
	}()
	for n := int64(1); n <= rounds; n++ {
		w.Await()
		at.Store(n)
		w.Begin()
		spin(func() bool { return looked.Load() == n })
		if w.Forgotten() {
			at.Store(rounds) // the other goes on to its end
			t.Fatalf("round %d: a turn lasts, and the watch is not set", n)
		}
	}
}
