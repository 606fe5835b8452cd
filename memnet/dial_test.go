// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// A dial that is cancelled at about the moment it is granted leaves no connection behind that nobody ends.
func TestCancelledDialLeavesNothingOpen(t *testing.T) {
	made, cancelled := 0, 0
	for seed := range uint64(300) {
		w := New(Config{Seed: seed, Faults: fault.Calm()})
		a, b := w.Host("a"), w.Host("b")
		b.Boot(func(ctx context.Context) error {
			l, err := b.Network().Listen(ctx, ":7")
			if err != nil {
				return err
			}
			b.Runtime().Go("accept", func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					c.SetReadDeadline(b.Runtime().Now().Add(time.Minute))
					if _, err := io.ReadAll(c); err != nil {
						wantReset(t, seed, err)
					}
				}
			})
			return api.Sleep(ctx, b.Runtime(), 2*time.Minute)
		})
		a.Boot(func(ctx context.Context) error {
			if seed%3 == 0 {
				w.Partition(a, b)
				a.Runtime().AfterFunc(300*time.Millisecond, func() { w.HealAll() })
			}
			short, cancel := api.WithTimeout(ctx, a.Runtime(), time.Millisecond)
			defer cancel()
			c, err := a.Network().Dial(short, "b:7")
			if err != nil {
				cancelled++
				return nil
			}
			made++
			return c.Close()
		})
		if r := w.Run(nil); r.Verdict != Passed {
			t.Fatalf("seed %d: %v %v", seed, r.Err, r.Pending)
		}
	}
	if made < 30 || cancelled < 30 {
		t.Errorf("%d made, %d cancelled", made, cancelled)
	}
}

func TestRefuseFault(t *testing.T) {
	p := fault.Calm()
	p.RefusePPM = 1_000_000
	w := New(Config{Faults: p})
	a, b := w.Host("a"), w.Host("b")
	b.Boot(func(ctx context.Context) error { return serveEcho(b, ":7") })
	a.Boot(func(ctx context.Context) error {
		if _, err := a.Network().Dial(ctx, "b:7"); err == nil {
			t.Error("connected")
		}
		return nil
	})
	if r := w.Run(nil); r.Faults[fault.Refuse] != 1 {
		t.Errorf("%v %v", r.Faults, r.Err)
	}
}
