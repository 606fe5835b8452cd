// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// A program is a run in which tasks share a variable.
type program struct {
	name  string
	races bool
	check bool // an invariant looks at the variable
	boot  func(s *shared)
	main  func(ctx context.Context, s *shared) error
}

// shared is what the tasks share.
type shared struct {
	world *memnet.World
	a, b  *memnet.Host
	n     int
}

func (s *shared) check() error {
	if s.n < 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func programs() []program {
	return []program{
		{name: "nothing", races: true, main: nothing},
		{name: "instants", races: true, main: instants},
		{name: "other-lock", races: true, main: otherLock},
		{name: "sent-before", races: true, main: sentBefore},
		{name: "two-timers", races: true, main: twoTimers},
		{name: "reused-buffer", races: true, main: reusedBuffer},
		{name: "lock", main: lock},
		{name: "waiter", main: waiter},
		{name: "go", main: spawn},
		{name: "timer", main: timer},
		{name: "cancel", main: cancel},
		{name: "std-cancel", main: stdCancel},
		{name: "queue", main: queue},
		{name: "stream", main: stream},
		{name: "end-of-stream", main: endOfStream},
		{name: "file", main: file},
		{name: "restart", boot: func(s *shared) { s.n++ }, main: restart},
		{name: "check", check: true, main: checked},
	}
}

// both runs two functions as tasks of one host and waits for them.
func both(ctx context.Context, s *shared, f, g func() error) error {
	group := api.NewGroup(s.world.Runtime())
	group.Go("f", f)
	group.Go("g", g)
	return group.Wait(ctx)
}

func (s *shared) sleep(ctx context.Context, d time.Duration) error {
	return api.Sleep(ctx, s.world.Runtime(), d)
}

// link returns both ends of a connection from b to a.
func (s *shared) link(ctx context.Context) (near, far io.ReadWriteCloser, err error) {
	l, err := s.a.Network().Listen(ctx, "a:7")
	if err != nil {
		return nil, nil, err
	}
	group := api.NewGroup(s.world.Runtime())
	group.Go("dial", func() (err error) {
		near, err = s.b.Network().Dial(ctx, "a:7")
		return err
	})
	group.Go("accept", func() (err error) {
		far, err = l.Accept()
		return err
	})
	return near, far, group.Wait(ctx)
}
