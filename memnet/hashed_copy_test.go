// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"testing"

	"github.com/twinwire/twinwire/internal/plan"
)

func TestHashedCopyIsACopyAndItsHash(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	for n := range 400 {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(draw.Uint32())
		}
		dst := make([]byte, n)
		if got, want := copyHashed(dst, b), hashBytes(b); got != want {
			t.Errorf("%d bytes: hash %x, want %x", n, got, want)
		}
		if !bytes.Equal(dst, b) {
			t.Errorf("%d bytes: not a copy", n)
		}
	}
}

// One write of any size gives the trace hash that its bytes have, when a bit of them was flipped too.
func TestTheTraceHashIsOfWhatArrived(t *testing.T) {
	runs := map[uint64]string{}
	for _, c := range []struct {
		name, plan string
		last       byte
	}{
		{"calm", "", 0},
		{"another byte written", "", 1},
		{"a flip in the first word", "on segment from a to b #2 flip bit 3\n", 0},
		{"a flip further on", "on segment from a to b #2 flip bit 40000\n", 0},
	} {
		p, err := plan.Parse("test", "plan 1\n"+c.plan)
		if err != nil {
			t.Fatal(err)
		}
		sent := pattern(3 * hashedFrom)
		sent[len(sent)-1] ^= c.last
		r := connected(t, Config{Seed: 1, Plan: &p}, func(_ *World, near, far net.Conn) error {
			if _, err := near.Write(sent); err != nil {
				return err
			}
			got := make([]byte, len(sent))
			_, err := io.ReadFull(far, got)
			if same := bytes.Equal(got, sent); same != (c.plan == "") {
				t.Errorf("%s: the bytes are the same: %v", c.name, same)
			}
			return err
		})
		if before, seen := runs[r.Hash]; seen {
			t.Errorf("%s: the trace hash is that of %s", c.name, before)
		}
		runs[r.Hash] = c.name
	}
}
