// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A window is what a client says of its window, in the words of Load.java.
type window struct {
	Requests uint64        `json:"requests"`
	Nanos    time.Duration `json:"nanos"`
	P50      time.Duration `json:"p50"`
	P99      time.Duration `json:"p99"`
}

// load keeps a number of calls outstanding for a warm-up and then a window. A failed call ends the process.
type load struct {
	outstanding      int
	warmUp, lasts    time.Duration
	measuring, ended atomic.Bool
	slots            []*slot
	blocks           blocks         // of clients that fetch
	busy             sync.WaitGroup // slots that have a call outstanding
}

// slot is one of the outstanding calls; it is used by one goroutine at a time.
type slot struct {
	load      *load
	durations histogram
	started   time.Time
}

// newLoad reads what the driver gave a client: calls outstanding, warm-up and window in milliseconds, and for one that
// fetches the size of a block, how many the file has, and how many are one call.
func newLoad(args []string) (*load, error) {
	var n [6]int
	if len(args) != 3 && len(args) != len(n) {
		return nil, fmt.Errorf("want 3 or %d numbers, got %q", len(n), args)
	}
	for i, arg := range args {
		var err error
		if n[i], err = strconv.Atoi(arg); err != nil {
			return nil, err
		}
	}
	l := &load{outstanding: n[0], warmUp: time.Duration(n[1]) * time.Millisecond, lasts: time.Duration(n[2]) * time.Millisecond}
	l.blocks.size, l.blocks.count, l.blocks.each = int64(n[3]), int64(n[4]), int64(n[5])
	l.busy.Add(l.outstanding)
	for range l.outstanding {
		l.slots = append(l.slots, &slot{load: l})
	}
	return l, nil
}

// callers runs a goroutine for each slot, which calls and waits, again and again. call is made once for each.
func (l *load) callers(call func() func() error) error {
	for _, s := range l.slots {
		once := call()
		go func() {
			for s.begin() {
				s.done(once())
			}
		}()
	}
	return l.measure()
}

// callbacks starts a call in each slot, whose completion calls done and, while begin says so, start again.
func (l *load) callbacks(start func(s *slot)) error {
	for _, s := range l.slots {
		if s.begin() {
			start(s)
		}
	}
	return l.measure()
}

// begin reports whether there is a next call, which it is the beginning of. After the last the slot is not used again.
func (s *slot) begin() bool {
	if s.load.ended.Load() {
		s.load.busy.Done()
		return false
	}
	s.started = time.Now()
	return true
}

func (s *slot) done(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if s.load.measuring.Load() {
		s.durations.record(time.Since(s.started))
	}
}

// measure says when the window begins and, at its end, what it held.
func (l *load) measure() error {
	time.Sleep(l.warmUp)
	fmt.Println("begin")
	l.measuring.Store(true)
	begin := time.Now()
	time.Sleep(l.lasts)
	l.measuring.Store(false)
	w := window{Nanos: time.Since(begin)}
	l.ended.Store(true)
	l.busy.Wait()
	var all histogram
	for _, s := range l.slots {
		all.add(&s.durations)
	}
	w.Requests, w.P50, w.P99 = all.count(), all.percentile(0.5), all.percentile(0.99)
	text, err := json.Marshal(w)
	if err != nil {
		return err
	}
	_, err = fmt.Printf("end %s\n", text)
	return err
}
