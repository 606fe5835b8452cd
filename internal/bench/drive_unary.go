// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/internal/bench/meter"
	"github.com/twinwire/twinwire/internal/bench/peer"
)

// The phases of a window.
const (
	warming int32 = iota
	measuring
	done
)

// window has many callers make calls and counts those that end while it measures.
type window struct {
	phase   atomic.Int32
	callers sync.WaitGroup
	errs    []error // one a caller
	times   meter.Shared
}

// driveUnary measures callers that share one connection, each with one call at a time.
func driveUnary(t task, p peer.Peer) (s sample, err error) {
	c, err := p.Dial(t.Addr)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	data := make([]byte, t.Payload)
	if err := c.Call(-1, data); err != nil {
		return s, err
	}
	w := &window{errs: make([]error, t.Callers)}
	for i := range t.Callers {
		w.callers.Go(func() { w.errs[i] = w.call(c, int64(i)<<32, data) })
	}
	begin, end, err := w.measure(t)
	if err != nil {
		return s, err
	}
	all := &w.times.All
	s, err = t.between(begin, end, float64(all.Count()))
	s.P50, s.P99 = micros(all.Quantile(0.5)), micros(all.Quantile(0.99))
	if err == nil && all.Count() == 0 {
		err = errors.New("no call ended within the window")
	}
	return s, err
}

// measure lets the callers run through warm-up and window, and waits for them.
func (w *window) measure(t task) (begin, end moment, err error) {
	time.Sleep(seconds(t.Warmup))
	stop, err := profiling(t.Profile)
	if err != nil {
		return begin, end, err
	}
	begin, err = t.now()
	w.phase.Store(measuring)
	time.Sleep(seconds(t.Seconds))
	w.phase.Store(done)
	end, errEnd := t.now()
	w.callers.Wait()
	return begin, end, errors.Join(err, errEnd, stop(), errors.Join(w.errs...))
}

// call is one caller.
func (w *window) call(c peer.Caller, id int64, data []byte) error {
	var times meter.Few // what a caller records costs the machine's caches little
	defer w.times.Take(&times)
	last := time.Now()
	for ; ; id++ {
		if err := c.Call(id, data); err != nil {
			w.phase.Store(done)
			return fmt.Errorf("call %d: %w", id, err)
		}
		now := time.Now()
		switch w.phase.Load() {
		case measuring:
			w.times.Record(&times, now.Sub(last))
		case done:
			return nil
		}
		last = now
	}
}
