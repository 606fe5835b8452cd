// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Stopwatch is an optional ability of a Runtime, found by type assertion: to tell how much time has passed for less than a
// [Runtime.Now] costs. It is not moved when somebody sets the clock.
type Stopwatch interface {
	// Elapsed returns how much time has passed since an instant that never changes.
	Elapsed() time.Duration
}

// StopwatchOf returns rt, if it is a [Stopwatch], else one that asks for the time.
func StopwatchOf(rt Runtime) Stopwatch {
	if s, ok := rt.(Stopwatch); ok {
		return s
	}
	return sinceStart{rt, rt.Now()}
}

// sinceStart is the Stopwatch of a runtime that is none.
type sinceStart struct {
	rt    Runtime
	start time.Time
}

func (s sinceStart) Elapsed() time.Duration { return s.rt.Now().Sub(s.start) }
