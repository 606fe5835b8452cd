// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// BenchmarkSwitch measures one switch between two tasks that wake each other.
func BenchmarkSwitch(b *testing.B) {
	w := New(Config{MaxSteps: 1 << 62})
	h := w.Host("a")
	h.Boot(func(ctx context.Context) error {
		rt := h.Runtime()
		x, y := rt.NewWaiter(), rt.NewWaiter()
		stop := false
		rt.Go("pong", func() {
			for !stop {
				x.Wait(ctx)
				y.Wake()
			}
		})
		for b.Loop() {
			x.Wake()
			y.Wait(ctx)
		}
		stop = true
		x.Wake()
		return nil
	})
	r := w.Run(nil)
	b.ReportMetric(float64(r.Steps)/b.Elapsed().Seconds(), "switches/s")
}

// BenchmarkYield measures bare switches.
func BenchmarkYield(b *testing.B) {
	w := New(Config{MaxSteps: 1 << 62})
	h := w.Host("a")
	h.Boot(func(ctx context.Context) error {
		rt := h.Runtime()
		stop := false
		rt.Go("other", func() {
			for !stop {
				rt.Yield()
			}
		})
		for b.Loop() {
			rt.Yield()
		}
		stop = true
		return nil
	})
	r := w.Run(nil)
	b.ReportMetric(float64(r.Steps)/b.Elapsed().Seconds(), "switches/s")
}

// BenchmarkAsk measures 64-byte questions and answers over simulated streams, eight clients at a time.
func BenchmarkAsk(b *testing.B) {
	const clients = 8
	b.ReportAllocs()
	r := echoWorld(Config{Faults: fault.Calm(), MaxSteps: 1 << 62, MaxTime: 1 << 52}, clients, b.N/clients+1).Run(nil)
	if r.Verdict != Passed {
		b.Fatal(r.Err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "asks/s")
}

// BenchmarkLock measures an uncontended lock.
func BenchmarkLock(b *testing.B) {
	w := New(Config{})
	h := w.Host("a")
	h.Boot(func(ctx context.Context) error {
		m := h.Runtime().NewMutex()
		for b.Loop() {
			lockOnce(m)
		}
		return nil
	})
	w.Run(nil)
}

func lockOnce(m api.Mutex) {
	m.Lock()
	defer m.Unlock()
}

// BenchmarkWorld measures a small world from New to the end.
func BenchmarkWorld(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		echoWorld(Config{Faults: fault.Calm()}, 2, 1).Run(nil)
	}
}

// BenchmarkNewMutex includes finding out who asks.
func BenchmarkNewMutex(b *testing.B) {
	w := New(Config{})
	h := w.Host("a")
	h.Boot(func(ctx context.Context) error {
		for b.Loop() {
			h.Runtime().NewMutex()
		}
		return nil
	})
	w.Run(nil)
}
