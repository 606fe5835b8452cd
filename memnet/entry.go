// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"bytes"
	"fmt"
	"runtime"
	"strconv"
	"strings"
)

// enter is the first line of every call on the seam: it returns the running task, and panics when there is none. While
// the tasks of a sealed run are being ended it ends the caller.
//
//go:norace
func (h *Host) enter(call string) *task {
	t := h.world.cur
	if t == nil || h.world.verify {
		h.checkCaller(t, call)
	}
	return t
}

// enterLate is enter for calls that neither wait nor give way. Once the run is sealed it returns nil, so that deferred
// functions can unlock and close, and tests can look at what is left.
//
//go:norace
func (h *Host) enterLate(call string) *task {
	t := h.world.cur
	if t != nil && !h.world.verify {
		return t
	}
	return h.enterLateSlowly(t, call)
}

//go:norace
func (h *Host) enterLateSlowly(t *task, call string) *task {
	if t == nil && (h.world.burying || h.world.stage.Load() >= stageFreeing) {
		return nil
	}
	h.checkCaller(t, call)
	return t
}

// checkCaller panics unless the calling goroutine is that of the running task. A stray one may find a task that has just
// come to rest and has no coroutine.
//
//go:norace
func (h *Host) checkCaller(t *task, call string) {
	w := h.world
	var c *coro
	if t != nil {
		c = t.coro
	}
	if c != nil && (c.id == 0 || c.id == goroutineID()) {
		if w.probes() && !strings.HasPrefix(call, makes) {
			w.probe(t, call, "", 0)
		}
		return
	}
	if w.burying {
		runtime.Goexit()
	}
	switch w.stage.Load() {
	case stageFreeing:
		runtime.Goexit()
	case stageNew:
		panic(fmt.Sprintf("memnet: %s of host %q before World.Run: only tasks may call it; do it in Host.Boot or in the function given to Run",
			call, h.name))
	case stageOver:
		panic(fmt.Sprintf("memnet: %s of host %q after the run ended", call, h.name))
	}
	last := "none ran yet"
	if w.last != nil {
		last = fmt.Sprintf("the last to run is %q of host %q", w.last.name, w.last.host.name)
	}
	panic(fmt.Sprintf("memnet: %s of host %q was called by a goroutine that is no task of the world (%s): start it with Runtime.Go or api.Group instead of the go statement",
		call, h.name, last))
}

// makes begins the calls that make something for later, NewWaiter and NewMutex. How often the stack does depends on what
// its pools have kept over a garbage collection, and nothing else does.
const makes = "Runtime.New"

// outside checks a call that tests may also make before and after the run, from their own goroutine.
//
//go:norace
func (h *Host) outside(call string) {
	if h.world.cur == nil && h.world.stage.Load() == stageRunning && !h.world.checking {
		h.checkCaller(nil, call)
	}
}

// goroutineID returns the number of the calling goroutine. It takes about 2 µs.
//
//go:norace
func goroutineID() uint64 {
	var buf [64]byte
	line := buf[:runtime.Stack(buf[:], false)]
	line = bytes.TrimPrefix(line, []byte("goroutine "))
	n, _, _ := bytes.Cut(line, []byte(" "))
	id, _ := strconv.ParseUint(string(n), 10, 64) // a dump always starts so; 0 turns the check off
	return id
}
