// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"context"
	"testing"

	"github.com/twinwire/twinwire/memnet"
)

func TestLaunchThatArrivesTwiceIsOneTask(t *testing.T) {
	w := memnet.New(memnet.Config{Seed: 1})
	h := w.Host("exec-1")
	h.Boot(func(ctx context.Context) error {
		rt := h.Runtime()
		s := newSession(ctx, &executor{host: &host{rt: rt}, mu: rt.NewMutex()}, 1, nil)
		for _, attempt := range []int64{7, 7, 9, 7, 9} {
			if !s.take(launchTask{Executor: 1, Attempt: attempt}) {
				t.Errorf("attempt %d is refused", attempt)
			}
		}
		if s.queue.Len() != 2 {
			t.Errorf("%d tasks, want 2", s.queue.Len())
		}
		s.cancel()
		if s.take(launchTask{Executor: 1, Attempt: 10}) {
			t.Error("a session that has ended takes a task")
		}
		return nil
	})
	if r := w.Run(nil); r.Err != nil {
		t.Fatal(r.Err)
	}
}
