// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"runtime/debug"
	"strconv"
	"time"
)

// Verdict says how a run ended.
type Verdict uint8

// The verdicts.
const (
	Passed   Verdict = iota + 1 // main and every Boot function returned
	Failed                      // an error of main, of a Boot function or of Check
	Hung                        // nothing could happen any more, or a limit was reached
	Panicked                    // a task panicked
	Stalled                     // a task blocked outside the seam
)

// String returns the verdict in lower case.
//
//go:norace
func (v Verdict) String() string {
	switch v {
	case Passed:
		return "passed"
	case Failed:
		return "failed"
	case Hung:
		return "hung"
	case Panicked:
		return "panicked"
	case Stalled:
		return "stalled"
	}
	return "verdict " + strconv.Itoa(int(v))
}

// outcome is what is known of the end of a run.
type outcome struct {
	verdict Verdict
	err     error
}

// end decides the outcome; only the first call counts. The running task goes on to its next park, others do not run.
//
//go:norace
func (w *World) end(v Verdict, err error) {
	if w.outcome.verdict == 0 {
		w.outcome = outcome{verdict: v, err: err}
	}
}

// PanicError is the error of a run that [Panicked].
type PanicError struct {
	Host  string        // empty: none, as of a check
	Task  string        // or the field of Config that the function is in
	At    time.Duration // virtual time since the start
	Value any           // what was given to panic
	Stack string        // of the task
}

// Error returns one line; the stack is not part of it.
//
//go:norace
func (e *PanicError) Error() string {
	return fmt.Sprintf("panic in %s at %v: %v", who(e.Host, e.Task), e.At, e.Value)
}

// who names a task of a host, or what runs beside them.
//
//go:norace
func who(host, task string) string {
	if host == "" {
		return task
	}
	return fmt.Sprintf("task %q of host %s", task, host)
}

// Unwrap returns the value given to panic when it is an error.
//
//go:norace
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// ExitError is the error of a run in which a task or a check called runtime.Goexit, as t.Fatal does: see Config.Contain.
type ExitError struct {
	Host  string        // empty: none, as of a check
	Task  string        // or the field of Config that the function is in
	At    time.Duration // virtual time since the start
	Stack string        // of the task
}

// Error returns one line; the stack is not part of it.
//
//go:norace
func (e *ExitError) Error() string {
	return fmt.Sprintf("%s ended its goroutine at %v, as t.FailNow does", who(e.Host, e.Task), e.At)
}

//go:norace
func (w *World) panicked(t *task, value any) {
	w.end(Panicked, &PanicError{
		Host: t.host.name, Task: t.name, At: time.Duration(w.now), Value: value, Stack: string(debug.Stack()),
	})
}
