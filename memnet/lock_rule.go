// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// lockRule finds out which mutexes belong to the shared stack: no task may wait, read or write while it holds one.
type lockRule struct {
	known keyTable[lockPlace] // by place of the call of NewMutex
}

// lockPlace says where locks are made.
type lockPlace uint8

const (
	lockElsewhere lockPlace = iota + 1
	lockInside
)

const insidePrefix = "github.com/twinwire/twinwire/internal/"

// inside reports whether a lock is of the shared stack that is made there, by the call that returns to pc.
//
//go:norace
func (r *lockRule) inside(pc uintptr) bool {
	known := r.known.at(uint64(pc))
	if *known == 0 {
		*known = lockElsewhere
		f := runtime.FuncForPC(pc - 1) // inside the call, not behind it
		if f != nil && strings.HasPrefix(f.Name(), insidePrefix) {
			*known = lockInside
		}
	}
	return *known == lockInside
}

// mayWait ends the run when the task holds a lock of internal/.
//
//go:norace
func (w *World) mayWait(t *task, call string) {
	if t.stackLocks != 0 {
		w.refuseWait(t, call)
	}
}

//go:norace
func (w *World) refuseWait(t *task, call string) {
	panic(fmt.Sprintf("memnet: task %q of host %q at %v calls %s while it holds a lock of %s: unlock it first, others wait for it",
		t.name, t.host.name, time.Duration(w.now), call, strings.TrimSuffix(insidePrefix, "/")))
}
