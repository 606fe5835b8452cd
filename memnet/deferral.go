// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"runtime"
	"slices"
	"strings"
	"unsafe"
)

// A deferral tells whether a stack has deferred functions that somebody could notice. The deferred functions of the
// shared stack and of the world touch nothing but their own host, and every call on the seam ends them; what others
// defer may do anything.
//
// Which functions defer something is not known to package runtime's callers, but the runtime keeps it at the head of its
// table of functions. This file reads it there; where the head is not laid out as expected, every function of others
// counts as one that defers.
type deferral struct {
	known   keyTable[endOfPlace] // by place in the code
	legible bool
}

// endOfPlace says whether a task that is parked there may be ended unseen.
type endOfPlace uint8

const (
	endNoticed endOfPlace = iota + 1
	endUnseen
)

// funcHead is how the runtime's description of a function begins.
type funcHead struct {
	entry       uint32
	name        int32
	args        int32
	deferReturn uint32 // where the call is that runs deferred functions; 0: there is none
}

// inlined is the entry of the description of a function that was inlined, which begins in another way.
const inlined = ^uint32(0)

//go:norace
func newDeferral() *deferral {
	d := &deferral{}
	plain, deferring := headOf(plainFunction()), headOf(deferringFunction())
	d.legible = plain != nil && deferring != nil && plain.deferReturn == 0 && deferring.deferReturn != 0
	return d
}

//go:noinline
//go:norace
func plainFunction() uintptr { return here() }

//go:noinline
//go:norace
func deferringFunction() (pc uintptr) {
	defer func() { pc = max(pc, 1) }()
	return here()
}

//go:noinline
//go:norace
func here() uintptr {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	return pcs[0]
}

//go:norace
func headOf(pc uintptr) *funcHead {
	f := runtime.FuncForPC(pc - 1)
	if f == nil {
		return nil
	}
	if h := (*funcHead)(unsafe.Pointer(f)); h.entry != inlined { //nolint:gosec // see above
		return h
	}
	f = runtime.FuncForPC(f.Entry())                             // what it was inlined into
	if h := (*funcHead)(unsafe.Pointer(f)); h.entry != inlined { //nolint:gosec // see above
		return h
	}
	return nil
}

// deepest is how many frames are looked at.
const deepest = 64

// unseen reports whether the calling goroutine could be ended without anybody noticing.
//
//go:norace
func (d *deferral) unseen() bool {
	var pcs [deepest]uintptr
	n := runtime.Callers(2, pcs[:])
	if n == deepest {
		return false
	}
	for _, pc := range pcs[:n] {
		known := d.known.at(uint64(pc))
		if *known == 0 {
			*known = endNoticed
			if d.harmless(pc) {
				*known = endUnseen
			}
		}
		if *known == endNoticed {
			return false
		}
	}
	return true
}

// harmless reports whether the function there defers nothing, or nothing that others could notice.
//
//go:norace
func (d *deferral) harmless(pc uintptr) bool {
	if h := headOf(pc); d.legible && h != nil && h.deferReturn == 0 {
		return true
	}
	f := runtime.FuncForPC(pc - 1)
	if f == nil {
		return false
	}
	file, _ := f.FileLine(pc - 1)
	name := f.Name()
	const module = "github.com/twinwire/twinwire/"
	if name == module+"internal/rpc.(*inbox).stop" { // it tells the listener of the env
		return false
	}
	ours := []string{"runtime.", "iter.", module + "api.", module + "memnet.", module + "internal/rpc.", module + "internal/transport."}
	return !strings.HasSuffix(file, "_test.go") &&
		slices.ContainsFunc(ours, func(p string) bool { return strings.HasPrefix(name, p) })
}
