// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"io"
	"math/rand/v2"
	"time"
)

// Runtime is where time passes and work runs. One belongs to one host: in netty to the process, in memnet to a
// simulated host, whose tasks and timers end with a crash. All methods are safe for concurrent use; in memnet they may
// only be called by a task of the world, and a call from elsewhere panics with the name of the host.
type Runtime interface {
	// Now returns the current time: the machine's clock, or virtual time, which starts on 2100-01-01 UTC.
	Now() time.Time
	// AfterFunc runs f as a task of its own once d has passed (d <= 0: as soon as possible). f may block.
	AfterFunc(d time.Duration, f func()) Timer
	// Go runs f as a task: a goroutine or a coroutine. The name is for traces and reports; it need not be unique.
	// A panic in f ends the process, or the simulated run with a report.
	Go(name string, f func())
	// NewWaiter returns a waiter without a permit.
	NewWaiter() Waiter
	// NewMutex returns an unlocked mutex.
	NewMutex() Mutex
	// Yield lets what is runnable run first. The connection writer yields once before it flushes.
	Yield()
	// Rand returns the host's source of jitter and ids. It is safe for concurrent use, and seeded in memnet.
	Rand() *rand.Rand
	// Entropy returns the source of keys and nonces: crypto/rand, or a seeded stream in memnet.
	Entropy() io.Reader
}

// Rester is an optional ability of a [Runtime], found by type assertion: tasks that need no stack while they wait for
// input. In a simulation of many connections the stacks of those that read them are a good part of what an exchange
// touches, and to go on from the start of a function takes less than to return to the depth of a stack that has cooled.
type Rester interface {
	// GoResting is Go for what t does. When that returns because a call such as [ArrivedReader.ArrivedOrRest] said so, the
	// task goes on once that is there for which it rests: t.GoOn is called again, perhaps on another stack. The task ends
	// when it returns otherwise.
	GoResting(name string, t RestingTask)
}

// A RestingTask is what a task does that may rest; see [Rester]. It is no function, which would be one place in memory more
// that every message of a connection comes by.
type RestingTask interface {
	// GoOn begins the task, and later goes on with it.
	GoOn()
}

// Timer is a pending [Runtime.AfterFunc].
type Timer interface {
	// Stop prevents f from starting. It reports whether it did; false means f has started or the timer was stopped.
	Stop() bool
	// Reset makes the timer fire d from now. It reports whether the timer was still pending.
	Reset(d time.Duration) bool
}

// Waiter is the one blocking primitive: one waiting task, one sticky permit. A waiter belongs to the task that waits
// on it; it is woken from anywhere.
type Waiter interface {
	// Wait returns nil once a permit is there, and takes it; or ctx.Err() once ctx is done. It may return nil
	// spuriously, so callers loop on a condition they check under a lock. When both are ready either may win. A permit
	// may outlive a cancelled Wait: check the condition again, or discard the waiter. A nil ctx never ends the wait.
	Wait(ctx context.Context) error
	// Wake gives the permit. More than one Wake before a Wait is one permit.
	Wake()
}

// DescribedWaiter is a [Waiter] of a world that can report what its tasks wait for. Who makes waiters for others to wait
// with asks by type assertion.
type DescribedWaiter interface {
	Waiter
	// Describe says what a wait is for, such as "ask lease at spark://server:7077". The function is called for a report, when
	// no task runs; it must only look at variables.
	Describe(what func() string)
}

// Mutex is a lock whose Lock is a scheduling point in a simulation, so that the interleavings around it are explored.
// A component may hold it across a wait; the stack never does. It is not reentrant.
type Mutex interface {
	Lock()
	Unlock()
}
