// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"runtime"
	"time"
)

// ending is what the kernel's goroutine leaves behind.
type ending struct {
	result Result
	exited bool // a task called runtime.Goexit, as t.Fatal does
}

// Run runs the world: the Boot functions of the hosts, and main (nil: none) as a task of a hidden host, once every Boot
// function has run to its first wait. It ends when main and all Boot functions have returned, also those of hosts that
// are down and will restart; or when nothing can happen any more, a limit is reached, something fails or a task panics.
// The tasks that are left then never go on: only their deferred functions run, after the result is sealed.
//
// The world runs on a goroutine of its own and the caller watches it, so that Run returns, with [Stalled], even when a
// task blocks for real. A task that ends by runtime.Goexit, as t.Fatal does, ends the calling goroutine, unless
// Config.Contain is set: t.Fatal in a task ends the test. Run is called once.
//
//go:norace
func (w *World) Run(main func(ctx context.Context) error) Result {
	if !w.stage.CompareAndSwap(stageNew, stageRunning) {
		panic("memnet: World.Run is called once; make another world for another run")
	}
	end := make(chan ending, 1)
	go w.kernel(main, end)
	return w.watch(end)
}

// kernel owns the run.
//
//go:norace
func (w *World) kernel(main func(ctx context.Context) error, end chan<- ending) {
	e := ending{exited: true}
	defer w.leaveKernel(&e, end)
	w.cradle.open()
	w.start(main)
	w.loop()
	if w.exited {
		return
	}
	if w.outcome.verdict == Passed {
		w.outcome = outcome{}
		if w.check() {
			w.conclude()
		}
	}
	e = ending{result: w.seal()}
}

// leaveKernel ends the tasks that are left and reports. What they did happened before Run returns.
//
//go:norace
func (w *World) leaveKernel(e *ending, end chan<- ending) {
	w.noteUnseen()
	w.cur = nil
	if e.exited {
		e.result = w.seal()
	}
	w.stage.Store(stageFreeing)
	w.free()
	if w.observer != nil {
		w.observer.onlooker.close(w)
	}
	w.cradle.close()
	w.all.acquire()
	w.stage.Store(stageOver)
	if !w.farewell.said {
		close(w.farewell.done)
	}
	close(w.done)
	end <- *e
}

//go:norace
func (w *World) start(main func(ctx context.Context) error) {
	if main != nil {
		w.owed++
		w.main = func() { w.startMain(main) }
	}
	w.attend()
	for _, h := range w.order {
		for i := range h.boots {
			w.startBoot(h, i)
		}
	}
	w.startFaults()
	if w.owed == 0 {
		w.end(Passed, nil)
	}
}

// watch waits for the end, and looks now and then whether the running task is blocked. It believes what it sees twice.
//
//go:norace
func (w *World) watch(end <-chan ending) Result {
	tick := time.NewTicker(max(w.cfg.Stall/3, 1))
	defer tick.Stop()
	var seen uint64
	var suspect *suspect
	still := 0
	for {
		select {
		case e := <-end:
			if e.exited && !w.cfg.Contain {
				runtime.Goexit()
			}
			return e.result
		case <-tick.C:
		}
		if beat := w.beat.Load(); beat != seen || w.stage.Load() != stageRunning {
			seen, still, suspect = beat, 0, nil
			continue
		}
		if still++; still < 2 {
			continue
		}
		before := suspect
		suspect = w.blocked()
		if !suspect.was(before) || w.stage.Load() != stageRunning { // at the end it is the kernel, which ends tasks
			continue
		}
		w.abandoned.Store(true)
		r := w.seal()
		r.Verdict, r.Err = Stalled, suspect.stall
		return r
	}
}
