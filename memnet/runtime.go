// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"io"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/twinwire/twinwire/api"
)

// hostRuntime fills api.Runtime for a host, and is it.
type hostRuntime Host

//go:norace
func (r *hostRuntime) host() *Host { return (*Host)(r) }

var (
	_ api.Runtime         = (*hostRuntime)(nil)
	_ api.Stopwatch       = (*hostRuntime)(nil)
	_ api.Rester          = (*hostRuntime)(nil)
	_ api.DescribedWaiter = (*waiter)(nil)
	_ api.Mutex           = (*mutex)(nil)
	_ api.Timer           = (*runtimeTimer)(nil)
)

//go:norace
func (r *hostRuntime) Now() time.Time {
	r.host().enterLate("Runtime.Now")
	return r.host().time()
}

// Elapsed implements api.Stopwatch: what the host's clock has gone on, jumps apart.
//
//go:norace
func (r *hostRuntime) Elapsed() time.Duration {
	h := r.host()
	h.enterLate("Runtime.Elapsed")
	return time.Duration(h.clock.gone(h.world.now))
}

//go:norace
func (r *hostRuntime) AfterFunc(d time.Duration, f func()) api.Timer {
	t := r.host().enter("Runtime.AfterFunc")
	timer := &runtimeTimer{host: r.host(), f: f, path: t.childPath()}
	timer.who, timer.inc = timer, r.host().inc
	if w := r.host().world; w.probes() {
		w.probe(t, "Runtime.AfterFunc", d.String()+" "+codeOf(f), uint64(d))
	}
	timer.arm(d, r.host().world.origin())
	return timer
}

//go:norace
func (r *hostRuntime) Go(name string, f func()) { r.start(name, f, nil) }

// GoResting implements api.Rester.
//
//go:norace
func (r *hostRuntime) GoResting(name string, t api.RestingTask) { r.start(name, nil, t) }

//go:norace
func (r *hostRuntime) start(name string, f func(), resting api.RestingTask) {
	t := r.host().enter("Runtime.Go")
	w := r.host().world
	if w.probes() {
		w.probe(t, "Runtime.Go", name, hashString(name))
	}
	path := t.childPath()
	if r.host().inc.dead {
		w.note(happening{kind: kindDropped, host: r.host(), text: name})
		return
	}
	child := w.spawn(r.host().inc, path, name, f)
	child.origin, child.resting = w.origin(), resting
	w.point(t, nil)
}

//go:norace
func (r *hostRuntime) NewWaiter() api.Waiter {
	r.host().enter("Runtime.NewWaiter")
	return &waiter{host: r.host()}
}

//go:norace
func (r *hostRuntime) NewMutex() api.Mutex {
	r.host().enter("Runtime.NewMutex")
	var caller [1]uintptr
	if runtime.Callers(2, caller[:]) > 0 && r.host().world.locks.inside(caller[0]) {
		return r.newStackMutex()
	}
	return &mutex{world: r.host().world, host: r.host()}
}

//go:norace
func (r *hostRuntime) newStackMutex() *stackMutex {
	return &stackMutex{mutex{world: r.host().world, host: r.host(), inside: true}}
}

//go:norace
func (r *hostRuntime) Yield() { r.host().world.yield(r.host().enter("Runtime.Yield")) }

//go:norace
func (r *hostRuntime) Rand() *rand.Rand {
	r.host().enter("Runtime.Rand")
	return r.host().inc.random.rand
}

//go:norace
func (r *hostRuntime) Entropy() io.Reader {
	r.host().enter("Runtime.Entropy")
	return &r.host().inc.random.entropy
}
