// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/internal/bench/peer"
)

// driveOneway measures messages without a reply, from the first until the server has acknowledged all.
func driveOneway(t task, p peer.Peer) (s sample, err error) {
	c, err := p.Push(t.Addr, t.Callers)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if _, err := push(c, t, 0); err != nil { // connects
		return s, err
	}
	if _, err := push(c, t, t.Warmup); err != nil {
		return s, err
	}
	stop, err := profiling(t.Profile)
	if err != nil {
		return s, err
	}
	begin, err := t.now()
	if err != nil {
		return s, err
	}
	n, err := push(c, t, t.Seconds)
	if err != nil {
		return s, err
	}
	end, err := t.now()
	if err := errors.Join(err, stop()); err != nil {
		return s, err
	}
	return t.between(begin, end, float64(n))
}

// push has every sender send for a while, waits for the acknowledgement and returns how many messages there were.
func push(c peer.Pusher, t task, during float64) (int64, error) {
	var ended atomic.Bool
	var senders sync.WaitGroup
	var sent atomic.Int64
	data := make([]byte, t.Payload)
	errs := make([]error, t.Callers)
	for i := range t.Callers {
		senders.Go(func() {
			n := int64(0)
			for ok := true; ok; ok = !ended.Load() && errs[i] == nil {
				errs[i] = c.Send(i, n, data)
				n++
			}
			sent.Add(n)
		})
	}
	time.Sleep(seconds(during))
	ended.Store(true)
	senders.Wait()
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	received, err := c.Finish()
	if err == nil && received != sent.Load() {
		err = fmt.Errorf("%d messages sent, %d received", sent.Load(), received)
	}
	return received, err
}
