// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"time"

	"github.com/twinwire/twinwire/api"
)

// nothing orders two tasks that add at one instant.
func nothing(ctx context.Context, s *shared) error {
	add := func() error { s.n++; return nil }
	return both(ctx, s, add, add)
}

// instants that differ order nothing either.
func instants(ctx context.Context, s *shared) error {
	return both(ctx, s, func() error { s.n++; return nil }, func() error {
		if err := s.sleep(ctx, time.Hour); err != nil {
			return err
		}
		s.n++
		return nil
	})
}

// otherLock locks, but not the same lock.
func otherLock(ctx context.Context, s *shared) error {
	add := func() error {
		m := s.world.Runtime().NewMutex()
		m.Lock()
		defer m.Unlock()
		s.n++
		return nil
	}
	return both(ctx, s, add, add)
}

// sentBefore changes the variable after the message that the other side waits for.
func sentBefore(ctx context.Context, s *shared) error {
	near, far, err := s.link(ctx)
	if err != nil {
		return err
	}
	return both(ctx, s, func() error {
		_, err := near.Write([]byte("now"))
		s.n++
		return err
	}, func() error {
		_, err := io.ReadFull(far, make([]byte, 3))
		s.n++
		return err
	})
}

// twoTimers add one after the other, each in a task of its own.
func twoTimers(ctx context.Context, s *shared) error {
	rt := s.world.Runtime()
	rt.AfterFunc(time.Second, func() { s.n++ })
	rt.AfterFunc(2*time.Second, func() { s.n++ })
	return api.Sleep(ctx, rt, time.Minute)
}

// reusedBuffer changes what another task is writing.
func reusedBuffer(ctx context.Context, s *shared) error {
	near, _, err := s.link(ctx)
	if err != nil {
		return err
	}
	b := make([]byte, 100)
	return both(ctx, s, func() error {
		_, err := near.Write(b)
		return err
	}, func() error {
		b[50]++
		return nil
	})
}
