// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"time"

	"github.com/twinwire/twinwire/api"
)

// stackRuntime is the runtime of a host as an env of the shared stack sees it: it knows whose the mutexes are that are made
// with it. To find that out from the caller of NewMutex took a third of what it takes to make an env.
type stackRuntime struct{ *hostRuntime }

// NewMutex makes a mutex of internal/, which no task may hold while it waits.
//
//go:norace
func (r stackRuntime) NewMutex() api.Mutex {
	r.host().enter("Runtime.NewMutex")
	return r.newStackMutex()
}

// Elapsed implements api.Stopwatch. It is quick where a task of the host runs, and no clock is wrong.
//
//go:norace
//go:nosplit
func (r stackRuntime) Elapsed() time.Duration {
	h := r.host()
	if h.unseen == 0 || h.clock.drift != 0 {
		return r.hostRuntime.Elapsed()
	}
	return time.Duration(h.world.now)
}

// Components returns the runtime that an env hands to its components.
//
//go:norace
func (r stackRuntime) Components() api.Runtime { return r.hostRuntime }
