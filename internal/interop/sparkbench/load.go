// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A window is what a client says of one, in the words of Load.java.
type window struct {
	Requests uint64        `json:"requests"`
	Nanos    time.Duration `json:"nanos"`
	P50      time.Duration `json:"p50"`
	P99      time.Duration `json:"p99"`
}

// load keeps a number of calls outstanding. After a warm-up it measures windows. A failed call ends the process.
type load struct {
	outstanding   int
	warmUp, lasts time.Duration
	measuring     atomic.Bool
	slots         []*slot
	blocks        blocks // of clients that fetch
}

// slot is one of the outstanding calls; its calls follow each other.
type slot struct {
	load    *load
	started time.Time

	mu        sync.Mutex
	durations histogram // of this window
}

// newLoad reads what the driver gave a client: calls outstanding, warm-up and windows in milliseconds, and for one that
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
			for {
				s.begin()
				s.done(once())
			}
		}()
	}
	return l.measure()
}

// callbacks starts a call in each slot, whose completion calls done, begin, and starts again.
func (l *load) callbacks(start func(s *slot)) error {
	for _, s := range l.slots {
		s.begin()
		start(s)
	}
	return l.measure()
}

func (s *slot) begin() { s.started = time.Now() }

func (s *slot) done(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if s.load.measuring.Load() {
		s.mu.Lock()
		s.durations.record(time.Since(s.started))
		s.mu.Unlock()
	}
}

// measure measures a window for each line of the standard input.
func (l *load) measure() error {
	time.Sleep(l.warmUp)
	fmt.Println("warm")
	for told := bufio.NewScanner(os.Stdin); told.Scan(); {
		text, err := json.Marshal(l.window())
		if err != nil {
			return err
		}
		fmt.Printf("window %s\n", text)
	}
	return nil
}

func (l *load) window() window {
	l.measuring.Store(true)
	begin := time.Now()
	time.Sleep(l.lasts)
	l.measuring.Store(false)
	w := window{Nanos: time.Since(begin)}
	var all histogram
	for _, s := range l.slots {
		s.mu.Lock()
		all.add(&s.durations)
		s.durations = histogram{}
		s.mu.Unlock()
	}
	w.Requests, w.P50, w.P99 = all.count(), all.percentile(0.5), all.percentile(0.99)
	return w
}
