// SPDX-License-Identifier: Apache-2.0

package memnet_test

import (
	"bytes"
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// TestCrashBehindAPartition: what a host had sent when it crashed arrives up to some byte and not beyond, also when a
// partition held a part of it up and let what was behind it on its way. Large writes are segments of another kind.
func TestCrashBehindAPartition(t *testing.T) {
	faults := memnet.Config{}.Faults
	faults.LatencyMin, faults.LatencyMean = time.Millisecond, 50*time.Millisecond
	faults.PartitionEvery, faults.PartitionMin, faults.PartitionMax = 30*time.Millisecond, 10*time.Millisecond, 100*time.Millisecond
	faults.CrashEvery, faults.DownMin, faults.DownMax = 200*time.Millisecond, time.Second, 2*time.Second
	faults.SafeHosts = []string{"reader"}
	for seed := range uint64(360) {
		size := 3
		if seed >= 300 {
			size = 5000
		}
		w := memnet.New(memnet.Config{Seed: seed, Faults: faults})
		writer := w.Host("writer")
		var over atomic.Bool
		writer.Boot(func(ctx context.Context) error { return countUp(ctx, writer, size, &over) })
		r := w.Run(func(ctx context.Context) error {
			defer over.Store(true)
			l, err := w.Host("reader").Network().Listen(ctx, "reader:1000")
			if err != nil {
				return err
			}
			conn, err := l.Accept()
			if err != nil {
				return err
			}
			b, got := make([]byte, 333*size), 0
			for err == nil {
				_ = conn.SetReadDeadline(w.Host("reader").Runtime().Now().Add(time.Minute)) // a crash may go unnoticed
				var n int
				n, err = conn.Read(b)
				for i := range b[:n] {
					if want := byte((got + i) / size); b[i] != want {
						t.Errorf("seed %d: byte %d is %d, want %d", seed, got+i, b[i], want)
						return nil
					}
				}
				got += n
			}
			return nil
		})
		if r.Verdict != memnet.Passed {
			t.Fatalf("seed %d: %v %v", seed, r.Verdict, r.Err)
		}
	}
}

// countUp connects to the reader and writes numbers, each size times, until it crashes or the connection ends; and again, until
// it is over.
func countUp(ctx context.Context, h *memnet.Host, size int, over *atomic.Bool) error {
	for !over.Load() {
		conn, err := h.Network().Dial(ctx, "reader:1000")
		for n := byte(0); err == nil && !over.Load(); n++ {
			if _, err = conn.Write(bytes.Repeat([]byte{n}, size)); err == nil {
				err = api.Sleep(ctx, h.Runtime(), time.Millisecond)
			}
		}
		_ = api.Sleep(ctx, h.Runtime(), 10*time.Millisecond)
	}
	return nil
}
