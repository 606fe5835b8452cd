// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// sleep lets time pass in main, or in any other task.
func sleep(w *World, d time.Duration) { api.Sleep(context.Background(), w.Runtime(), d) }

func TestPartitionDelaysBytes(t *testing.T) {
	for seed := range uint64(20) {
		connected(t, Config{Seed: seed, Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
			rt := w.Host("a").Runtime()
			start := rt.Now()
			w.Partition(w.Host("a"), w.Host("b"))
			near.Write(pattern(1000))
			near.Close()
			rt.AfterFunc(time.Second, func() { w.Heal(w.Host("a"), w.Host("b")) })
			got, err := io.ReadAll(far)
			if !bytes.Equal(got, pattern(1000)) || err != nil {
				t.Errorf("read %d bytes, %v", len(got), err)
			}
			if d := rt.Now().Sub(start); d < time.Second || d > 3*time.Second {
				t.Errorf("arrived after %v", d)
			}
			return nil
		})
	}
}

// What is sent after the heal does not overtake what waits to be sent again.
func TestHealKeepsOrder(t *testing.T) {
	for seed := range uint64(20) {
		connected(t, Config{Seed: seed, Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
			w.Partition(w.Host("a"), w.Host("b"))
			near.Write(pattern(10))
			sleep(w, 20*time.Millisecond)
			w.HealAll()
			near.Write(pattern(100)[10:])
			near.Close()
			got, err := io.ReadAll(far)
			if !bytes.Equal(got, pattern(100)) {
				t.Errorf("seed %d: read %v", seed, got)
			}
			return err
		})
	}
}

func TestOneWayPartition(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		w.PartitionOneWay(w.Host("b"), w.Host("a"))
		near.Write([]byte("x"))
		if _, err := far.Read(make([]byte, 1)); err != nil {
			t.Error(err)
		}
		far.Write([]byte("y"))
		near.SetReadDeadline(w.Host("a").Runtime().Now().Add(5 * time.Second))
		_, err := near.Read(make([]byte, 1))
		wantTimeout(t, "read against the partition", err)
		return nil
	})
}

func TestLongPartitionResets(t *testing.T) {
	r := connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		rt := w.Host("a").Runtime()
		start := rt.Now()
		near.Write([]byte("before"))
		w.Isolate(w.Host("a"))
		near.Write([]byte("lost"))
		_, err := near.Read(make([]byte, 1))
		if d := rt.Now().Sub(start); err == nil || !strings.Contains(err.Error(), "reset") || d < giveUpAfter || d > giveUpAfter+time.Second {
			t.Errorf("sender: %v after %v", err, d)
		}
		rt.AfterFunc(5*time.Second, w.HealAll)
		got, err := io.ReadAll(far)
		if err == nil || string(got) != "before" && string(got) != "" {
			t.Errorf("receiver: %q, %v", got, err)
		}
		return nil
	})
	if r.Faults[fault.Partition] != 1 {
		t.Errorf("faults: %v", r.Faults)
	}
}

func TestDialWaitsForHeal(t *testing.T) {
	w := New(Config{Faults: fault.Calm()})
	a, b := w.Host("a"), w.Host("b")
	b.Boot(func(ctx context.Context) error { return serveEcho(b, ":7") })
	a.Boot(func(ctx context.Context) error {
		start := a.Runtime().Now()
		w.Partition(a, b)
		a.Runtime().AfterFunc(time.Minute, func() { w.Heal(a, b) })
		c, err := a.Network().Dial(ctx, "b:7")
		if err != nil {
			return err
		}
		if d := a.Runtime().Now().Sub(start); d < time.Minute || d > 75*time.Second {
			t.Errorf("connected after %v", d)
		}
		return c.Close()
	})
	if r := w.Run(nil); r.Verdict != Passed {
		t.Fatal(r.Err, r.Pending)
	}
}

func TestResetConnections(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		w.ResetConnections(w.Host("b"), w.Host("a"))
		for _, c := range []net.Conn{near, far} {
			if _, err := c.Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "reset") {
				t.Errorf("%v: %v", c.LocalAddr(), err)
			}
		}
		return nil
	})
}

// Every kind of fault of a rough profile strikes, and none after its end.
func TestHostileProfileStrikes(t *testing.T) {
	total := fault.Counts{}
	for seed := range uint64(30) {
		w := echoWorld(Config{Seed: seed, Faults: rough(), Trace: 100_000}, 3, 100)
		r := w.Run(func(ctx context.Context) error { sleep(w, 60*time.Second); return nil })
		if r.Verdict != Passed {
			t.Fatalf("seed %d: %v %v", seed, r.Verdict, r.Err)
		}
		total.Add(r.Faults)
		for _, e := range r.Last {
			if e.Kind == "fault" && e.At > rough().Until {
				t.Errorf("seed %d: %v", seed, e)
			}
		}
	}
	for _, k := range []fault.Kind{fault.Delay, fault.Split, fault.Reset, fault.HalfOpen, fault.Refuse, fault.Partition, fault.Crash, fault.Restart} {
		if total[k] < 10 {
			t.Errorf("%s struck %d times", k, total[k])
		}
	}
	if total[fault.Crash] != total[fault.Restart] {
		t.Errorf("%d crashes, %d restarts", total[fault.Crash], total[fault.Restart])
	}
}

func TestSafeHostsDoNotCrash(t *testing.T) {
	p := rough()
	p.SafeHosts = []string{"a"}
	for seed := range uint64(10) {
		w := New(Config{Seed: seed, Faults: p})
		starts := 0
		for _, name := range []string{"a", "b"} {
			h := w.Host(name)
			h.Boot(func(ctx context.Context) error {
				if name == "a" {
					starts++
				}
				return api.Sleep(ctx, h.Runtime(), time.Minute)
			})
		}
		r := w.Run(nil)
		if r.Verdict != Passed || starts != 1 || r.Faults[fault.Crash] == 0 {
			t.Errorf("seed %d: %v %v, %d starts, %v", seed, r.Verdict, r.Err, starts, r.Faults)
		}
	}
}

// rough is a profile that strikes more often than the hostile one, and less hard.
func rough() fault.Profile {
	p := fault.Hostile()
	p.LatencyMin, p.LatencyMean, p.TailMax, p.LossPPM = 50*time.Microsecond, 5*time.Millisecond, time.Second, 2_000
	p.ResetPPM, p.HangMax, p.ClogMean = 3_000, 5*time.Second, 300*time.Millisecond
	p.PartitionEvery, p.PartitionMin, p.PartitionMax = 2*time.Second, 50*time.Millisecond, 2*time.Second
	p.CrashEvery, p.DownMin, p.DownMax, p.DownPPM = 3*time.Second, 50*time.Millisecond, 2*time.Second, 0
	p.PauseMax, p.Until = 3*time.Second, 30*time.Second
	return p
}
