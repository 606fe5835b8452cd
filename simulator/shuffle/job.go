// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"fmt"
	"time"
)

// DriverHost is the host the driver runs on.
const DriverHost = "driver"

// ExecutorHost returns the name of the nth executor's host, from 1.
func ExecutorHost(n int) string { return fmt.Sprintf("exec-%d", n) }

// Job is a word count. It is the same for the driver and its executors.
type Job struct {
	Inputs     []Input
	Executors  int // 0: 4
	Partitions int // reduce tasks. 0: 8

	// Want is the result_sha256 a run must come to; empty: unknown. A simulated run with another one fails.
	Want string
	// Progress hears of each task that ends, on the driver's host. Nil: nobody.
	Progress func(Progress)
	// Done hears how the job ended, on the driver's host, before the driver returns. Nil: nobody.
	Done func(Outcome)

	_ struct{}
}

func (j Job) withDefaults() Job {
	if j.Executors == 0 {
		j.Executors = 4
	}
	if j.Partitions == 0 {
		j.Partitions = 8
	}
	return j
}

// Progress is how far a job is.
type Progress struct {
	Executors            int // that live
	MapsDone, Maps       int
	ReducesDone, Reduces int
}

// Errors a job can end with; each says why nothing can be done. They are right answers to what happened, not failures of
// the shuffle; see [IsClean].
var (
	// ErrNoExecutors says that no executor was there for long.
	ErrNoExecutors = errors.New("no executor is left")
	// ErrTaskFailed says that a task could not be done, however often it was tried.
	ErrTaskFailed = errors.New("task failed")
)

// IsClean says whether an error is one a job can end with.
func IsClean(err error) bool {
	_, input := errors.AsType[*InputError](err)
	return input || errors.Is(err, ErrNoExecutors) || errors.Is(err, ErrTaskFailed)
}

// Times of the protocol. An executor that is cut off for less than lostAfter goes on as if nothing had happened.
const (
	heartbeatEvery   = 500 * time.Millisecond
	heartbeatTimeout = 1500 * time.Millisecond
	lostAfter        = 6 * time.Second  // without a heartbeat
	noneAfter        = 12 * time.Second // without any executor
	unreachableAfter = 10 * time.Second // of launches that do not arrive, heartbeats or not
	askTimeout       = 3 * time.Second
	connectTimeout   = 2 * time.Second
	idleTimeout      = 10 * time.Second // of a connection that owes an answer
	retryWait        = 200 * time.Millisecond
	fetchRetries     = 3
)

// Limits of attempts.
const (
	maxFailures = 4  // of one task by its own fault, as in Spark (spark.task.maxFailures)
	maxAttempts = 60 // of one task, whatever the reason
)
