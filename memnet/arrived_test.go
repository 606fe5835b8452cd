// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// TestArrivedBytesAreLent: what came in one piece is there until the next call, whatever is sent meanwhile, and nothing of
// the stream is lost or comes twice, also where some of it is read.
func TestArrivedBytesAreLent(t *testing.T) {
	profile := fault.LAN()
	profile.SplitPPM = 300_000
	want := pattern(1 << 20)
	lent, more := 0, 0
	for seed := range uint64(10) {
		r := connected(t, Config{Seed: seed, Faults: profile}, func(w *World, near, far net.Conn) error {
			w.Host("a").Runtime().Go("write", func() {
				for b := want; len(b) > 0; {
					n := min(len(b), 1+len(b)%3000)
					near.Write(b[:n])
					b = b[n:]
				}
				near.Close()
			})
			rt := w.Host("b").Runtime()
			var got []byte
			room := make([]byte, 5000)
			for {
				before := rt.Now()
				p, err := far.(api.ArrivedReader).ReadArrived()
				if err != nil {
					if !errors.Is(err, io.EOF) || !bytes.Equal(got, want) {
						t.Errorf("seed %d: %d bytes, %v", seed, len(got), err)
					}
					return nil
				}
				if lent++; rt.Now().Equal(before) {
					more++
				}
				for range len(got) % 3 {
					rt.Yield() // more arrives
				}
				if got = append(got, p...); len(got)%5 == 0 && len(got) < len(want) {
					n, err := far.Read(room[:1+len(got)%len(room)])
					if got = append(got, room[:n]...); err != nil {
						t.Errorf("seed %d: %v", seed, err)
					}
				}
			}
		})
		if r.Verdict != Passed {
			t.Fatalf("seed %d: %v %v", seed, r.Verdict, r.Err)
		}
	}
	if lent < 100 || more < 20 {
		t.Errorf("lent %d times, %d times more at once", lent, more)
	}
}

func TestReadArrivedFailsAsReadDoes(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		far.SetReadDeadline(w.Host("b").Runtime().Now().Add(time.Second))
		if p, err := far.(api.ArrivedReader).ReadArrived(); p != nil || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%q, %v: want the deadline", p, err)
		}
		far.Close()
		if p, err := far.(api.ArrivedReader).ReadArrived(); p != nil || !errors.Is(err, net.ErrClosed) {
			t.Errorf("%q, %v: want that it is closed", p, err)
		}
		return nil
	})
}

// TestPassedDeadlineEndsWhatWouldNotWait: neither room to write nor what has arrived counts once a deadline has passed,
// until it is lifted.
func TestPassedDeadlineEndsWhatWouldNotWait(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		rt := w.Host("a").Runtime()
		past := time.Unix(1, 0)
		near.SetWriteDeadline(past)
		_, err := near.Write([]byte("x"))
		wantTimeout(t, "write", err)
		near.SetWriteDeadline(time.Time{})
		if _, err := far.Write([]byte("y")); err != nil {
			return err
		}
		if err := api.Sleep(&w.context, rt, time.Second); err != nil {
			return err
		}
		near.SetReadDeadline(past)
		_, err = near.(api.ArrivedReader).ReadArrived()
		wantTimeout(t, "read of what arrived", err)
		_, rests, err := near.(api.ArrivedReader).ArrivedOrRest()
		wantTimeout(t, "read of what arrived, or rest", err)

		near.SetReadDeadline(time.Time{})
		_, err = near.Write([]byte("x"))
		p, readErr := near.(api.ArrivedReader).ReadArrived()
		if err != nil || readErr != nil || string(p) != "y" || rests {
			t.Errorf("lifted: write: %v; read: %q, %v; it rests: %t", err, p, readErr, rests)
		}
		return nil
	})
}
