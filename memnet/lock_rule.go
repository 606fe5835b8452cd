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

// madeInside reports whether the caller of NewMutex is code in internal/.
//
//go:norace
func (r *lockRule) madeInside() bool {
	var pcs [1]uintptr
	if runtime.Callers(3, pcs[:]) == 0 {
		return false
	}
	known := r.known.at(uint64(pcs[0]))
	if *known == 0 {
		*known = lockElsewhere
		f := runtime.FuncForPC(pcs[0] - 1) // inside the call, not behind it
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
	if t.locks == 0 {
		return
	}
	panic(fmt.Sprintf("memnet: task %q of host %q at %v calls %s while it holds a lock of %s: unlock it first, others wait for it",
		t.name, t.host.name, time.Duration(w.now), call, strings.TrimSuffix(insidePrefix, "/")))
}
