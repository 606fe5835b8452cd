// SPDX-License-Identifier: Apache-2.0

package netty

import (
	crand "crypto/rand"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/twinwire/twinwire/api"
)

// machine is the runtime of goroutines and the clock.
type machine struct {
	rand  *rand.Rand
	start time.Time
}

var (
	_ api.Runtime   = (*machine)(nil)
	_ api.Stopwatch = (*machine)(nil)
)

// NewRuntime returns the machine as a runtime: the clock, goroutines, sync.Mutex and crypto/rand. It holds nothing to
// close and may be shared by any number of envs. A panic in a task ends the process.
func NewRuntime() api.Runtime {
	return &machine{rand: rand.New(globalSource{}), start: time.Now()}
}

func (*machine) Now() time.Time { return time.Now() }

// Elapsed implements api.Stopwatch. It reads one clock of the system where Now reads two.
func (m *machine) Elapsed() time.Duration { return time.Since(m.start) }

func (*machine) AfterFunc(d time.Duration, f func()) api.Timer { return time.AfterFunc(d, f) }

func (*machine) Go(_ string, f func()) { go f() }

func (*machine) NewWaiter() api.Waiter { return make(waiter, 1) }

func (*machine) NewMutex() api.Mutex { return new(sync.Mutex) }

func (*machine) Yield() { runtime.Gosched() }

func (m *machine) Rand() *rand.Rand { return m.rand }

func (*machine) Entropy() io.Reader { return crand.Reader }

// globalSource draws from the generators of the Go runtime, one for each thread, which makes a rand.Rand over it safe
// for concurrent use; one over a PCG is not.
type globalSource struct{}

func (globalSource) Uint64() uint64 { return rand.Uint64() }
