// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/plan"
)

// trickled is a stream of 1 MiB, of which 1 KiB is written each millisecond.
type trickled struct {
	got              []byte
	readErr, wroteAt error
	took             time.Duration
}

// trickle sends the stream from client to server in a world with that plan.
func trickle(t *testing.T, seed uint64, text string) (s trickled, r Result) {
	t.Helper()
	p, err := plan.Parse("test", "plan 1\nlink * -> * latency=500us..1500us\n"+text)
	if err != nil {
		t.Fatal(err)
	}
	w := New(Config{Seed: seed, Plan: &p, MaxTime: 2 * time.Minute})
	server, client := w.Host("server"), w.Host("client")
	server.Boot(func(ctx context.Context) error {
		l, err := server.Network().Listen(ctx, "server:7")
		if err != nil {
			return err
		}
		c, err := l.Accept()
		if err == nil {
			s.got, s.readErr = io.ReadAll(c)
			s.took = time.Duration(w.now)
		}
		return err
	})
	client.Boot(func(ctx context.Context) error {
		if client.lives > 1 {
			return nil
		}
		c, err := client.Network().Dial(ctx, "server:7")
		if err != nil {
			return err
		}
		all := pattern(1 << 20)
		for len(all) > 0 {
			n, err := c.Write(all[:1024])
			if all = all[n:]; err != nil {
				s.wroteAt = err
				break
			}
			if err := api.Sleep(ctx, client.Runtime(), time.Millisecond); err != nil {
				return err
			}
		}
		return c.Close()
	})
	r = w.Run(nil)
	return s, r
}

// A stream that is cut for 200 ms, or loses one segment in a hundred, delivers the identical bytes, late.
func TestCutsAndLossDelayAStream(t *testing.T) {
	for seed := range uint64(20) {
		calm, r := trickle(t, seed, "")
		if r.Verdict != Passed || !bytes.Equal(calm.got, pattern(1<<20)) {
			t.Fatalf("seed %d, no fault: %v %v, %d bytes", seed, r.Verdict, r.Err, len(calm.got))
		}
		for _, text := range []string{"at 200ms partition client | server for 200ms\n", "at 200ms partition client -> server for 200ms\n", "link * -> * loss=1%\n"} {
			s, r := trickle(t, seed, text)
			if r.Verdict != Passed || s.readErr != nil || s.wroteAt != nil || !bytes.Equal(s.got, pattern(1<<20)) {
				t.Errorf("seed %d, %s: %v %v, read %d bytes, %v, wrote %v", seed, text, r.Verdict, r.Err, len(s.got), s.readErr, s.wroteAt)
			}
		}
	}
}

// A cut that lasts longer than TCP tries is a reset on both sides, and what arrived before is a prefix.
func TestALongCutIsAReset(t *testing.T) {
	for seed := range uint64(20) {
		s, r := trickle(t, seed, "at 200ms partition client | server for 30s\n")
		reset := func(err error) bool { return err != nil && strings.Contains(err.Error(), "reset") }
		if r.Verdict != Passed || !reset(s.readErr) || !reset(s.wroteAt) {
			t.Errorf("seed %d: %v %v, read %v, wrote %v", seed, r.Verdict, r.Err, s.readErr, s.wroteAt)
		}
		if !bytes.HasPrefix(pattern(1<<20), s.got) || len(s.got) == 0 || len(s.got) == 1<<20 {
			t.Errorf("seed %d: read %d bytes", seed, len(s.got))
		}
	}
}

// A crash in mid-write gives the peer, by seed, a reset, a half-open connection, or an end; and always a prefix.
func TestACrashInMidWrite(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(60) {
		s, r := trickle(t, seed, "at 200ms crash client for 100ms\n")
		if r.Verdict != Passed || !bytes.HasPrefix(pattern(1<<20), s.got) {
			t.Fatalf("seed %d: %v %v, %d bytes", seed, r.Verdict, r.Err, len(s.got))
		}
		switch {
		case s.readErr == nil:
			seen["end"]++
		case s.took > 10*time.Second:
			seen["half-open"]++
		default:
			seen["reset"]++
		}
	}
	if seen["end"] < 5 || seen["reset"] < 5 || seen["half-open"] < 5 {
		t.Errorf("60 crashes were %v", seen)
	}
}

func TestNinetyNineConnectAtOnce(t *testing.T) {
	for seed := range uint64(5) {
		w := New(Config{Seed: seed})
		server := w.Host("server")
		var answered atomic.Int64
		server.Boot(func(context.Context) error { return serveEcho(server, "server:7") })
		for i := range 99 {
			h := w.Host(fmt.Sprint("client-", i))
			h.Boot(func(ctx context.Context) error {
				err := askEcho(ctx, h, "server:7", 1)
				answered.Add(1)
				return err
			})
		}
		if r := w.Run(nil); r.Verdict != Passed || answered.Load() != 99 {
			t.Errorf("seed %d: %v %v, %d answered", seed, r.Verdict, r.Err, answered.Load())
		}
	}
}
