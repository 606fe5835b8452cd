// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"time"

	"github.com/twinwire/twinwire/api"
)

func lock(ctx context.Context, s *shared) error {
	m := s.world.Runtime().NewMutex()
	add := func() error {
		m.Lock()
		defer m.Unlock()
		s.n++
		return s.sleep(ctx, time.Second)
	}
	return both(ctx, s, add, add)
}

func waiter(ctx context.Context, s *shared) error {
	w := s.world.Runtime().NewWaiter()
	return both(ctx, s, func() error {
		s.n++
		w.Wake()
		return nil
	}, func() error {
		err := w.Wait(ctx)
		s.n++
		return err
	})
}

func spawn(ctx context.Context, s *shared) error {
	s.n++
	s.world.Runtime().Go("child", func() { s.n++ })
	return s.sleep(ctx, time.Second)
}

func timer(ctx context.Context, s *shared) error {
	s.n++
	s.world.Runtime().AfterFunc(time.Second, func() { s.n++ })
	return s.sleep(ctx, time.Minute)
}

func cancel(ctx context.Context, s *shared) error {
	rt := s.world.Runtime()
	inner, cancel := api.WithCancel(ctx, rt)
	return both(ctx, s, func() error {
		s.n++
		cancel()
		return nil
	}, func() error {
		for inner.Err() == nil {
			_ = rt.NewWaiter().Wait(inner)
		}
		s.n++
		return nil
	})
}

// stdCancel has the world look at contexts of the standard library for two tasks, which share nothing.
func stdCancel(ctx context.Context, s *shared) error {
	rt := s.world.Runtime()
	await := func(after time.Duration) func() error {
		std, cancel := context.WithCancel(ctx)
		rt.AfterFunc(after, cancel)
		return func() error {
			for std.Err() == nil {
				_ = rt.NewWaiter().Wait(std)
			}
			return nil
		}
	}
	return both(ctx, s, await(time.Second), await(time.Minute))
}

func queue(ctx context.Context, s *shared) error {
	q := api.NewQueue[int](s.world.Runtime(), 1)
	return both(ctx, s, func() error {
		s.n++
		return q.Put(ctx, 1)
	}, func() error {
		_, err := q.Get(ctx)
		s.n++
		return err
	})
}

func stream(ctx context.Context, s *shared) error {
	near, far, err := s.link(ctx)
	if err != nil {
		return err
	}
	return both(ctx, s, func() error {
		s.n++
		_, err := near.Write([]byte("now"))
		return err
	}, func() error {
		_, err := io.ReadFull(far, make([]byte, 3))
		s.n++
		return err
	})
}

func endOfStream(ctx context.Context, s *shared) error {
	near, far, err := s.link(ctx)
	if err != nil {
		return err
	}
	return both(ctx, s, func() error {
		s.n++
		return near.Close()
	}, func() error {
		_, err := io.ReadAll(far)
		s.n++
		return err
	})
}

func file(ctx context.Context, s *shared) error {
	files := s.a.Files()
	return both(ctx, s, func() error {
		f, err := files.Create("x")
		if err != nil {
			return err
		}
		s.n++
		_, err = f.Write([]byte("now"))
		return err
	}, func() error {
		if err := s.sleep(ctx, time.Second); err != nil {
			return err
		}
		f, err := files.Open("x")
		if err != nil {
			return err
		}
		_, err = f.ReadAt(make([]byte, 3), 0)
		s.n++
		return err
	})
}

// restart counts the lives of a host, in its boot function.
func restart(ctx context.Context, s *shared) error {
	if err := s.sleep(ctx, time.Second); err != nil {
		return err
	}
	s.a.Crash()
	s.a.Restart()
	return s.sleep(ctx, time.Second)
}

func checked(ctx context.Context, s *shared) error {
	for range 10 {
		s.n++
		if err := s.sleep(ctx, time.Second); err != nil {
			return err
		}
	}
	return nil
}
