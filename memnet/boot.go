// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"fmt"
	"time"
)

// Boot gives the host work: f runs as a task at the start of Run, or now when that has begun, and again after each
// restart. The run goes on until f has returned; an error ends it as [Failed]. Several functions run side by side. The
// context ends with the run.
//
//go:norace
func (h *Host) Boot(f func(ctx context.Context) error) {
	h.boots = append(h.boots, f)
	if h.world.stage.Load() == stageRunning {
		h.enter("Host.Boot")
		if h.Up() {
			h.world.startBoot(h, len(h.boots)-1)
		}
	}
}

//go:norace
func (w *World) startBoot(h *Host, i int) {
	f := h.boots[i]
	w.owed++
	path := mix(mix(hashString("boot"), uint64(i)), h.inc.life)
	t := w.spawn(h.inc, path, "boot", func() { w.boot(h, f) })
	t.end = w.paid
}

// boot runs a Boot function. After a crash it knows all that was done before.
//
//go:norace
func (w *World) boot(h *Host, f func(ctx context.Context) error) {
	if h.lives > 1 {
		w.all.acquire()
	}
	if err := f(&w.context); err != nil {
		w.end(Failed, fmt.Errorf("host %s at %v: %w", h.name, time.Duration(w.now), err))
	}
}

// paid is called when something the run waits for has ended.
//
//go:norace
func (w *World) paid() {
	w.owed--
	if w.owed == 0 {
		w.end(Passed, nil)
	}
}

// startMain makes the main function a task.
//
//go:norace
func (w *World) startMain(f func(ctx context.Context) error) {
	t := w.spawn(w.root.inc, hashString("main"), "main", func() {
		if err := f(&w.context); err != nil {
			w.end(Failed, err)
		}
	})
	t.end = w.paid
}
