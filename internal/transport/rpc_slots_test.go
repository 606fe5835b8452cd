// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"math/rand/v2"
	"testing"
)

type numbered int

func (numbered) OnSuccess([]byte) {}
func (numbered) OnFailure(error)  {}

// TestRpcSlots compares the slots with a map under a random load.
func TestRpcSlots(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		s := rpcSlots{count: r.Int64N(1 << 39)}
		want, order := map[int64]RpcCallback{}, []int64{}
		for i := range 5000 {
			if r.IntN(3) > 0 {
				id, ok := s.add(numbered(i))
				if !ok || want[id] != nil || id < 0 {
					t.Fatal("id", id, ok)
				}
				want[id] = numbered(i)
				order = append(order, id)
				continue
			}
			id := r.Int64()
			if len(order) > 0 && r.IntN(5) > 0 {
				id = order[r.IntN(len(order))] // perhaps taken already
			}
			if got := s.take(id); got != want[id] {
				t.Fatalf("take %d: %v, want %v", id, got, want[id])
			}
			delete(want, id)
		}
		if int(s.used) != len(want) {
			t.Fatal(s.used, "used, want", len(want))
		}
		last := numbered(-1)
		for _, cb := range s.drain() {
			if cb.(numbered) <= last {
				t.Fatal("not in the order of the requests:", cb, "after", last)
			}
			last = cb.(numbered)
		}
		if s.used != 0 || len(s.drain()) != 0 {
			t.Fatal("drained twice")
		}
	}
}
