// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// waitLog is a callback that keeps which chunks failed.
type waitLog struct{ failed *[]int32 }

func (waitLog) OnSuccess(int32, api.ManagedBuffer) {}
func (l waitLog) OnFailure(i int32, _ error)       { *l.failed = append(*l.failed, i) }

// TestChunkWaits compares the ranges with a map under a random load.
func TestChunkWaits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var waits chunkWaits
		var failed []int32
		want := map[chunkID]ChunkCallback{}
		for range 300 {
			id := chunkID{r.Int64N(2), r.Int32N(60)}
			if r.IntN(3) > 0 {
				cb := want[id]
				delete(want, id)
				if got := waits.take(id); got != cb {
					t.Fatalf("take %v: %v, want %v", id, got, cb)
				}
				continue
			}
			cb, n := waitLog{&failed}, 1+r.Int32N(9)
			fits := int32(0)
			for ; fits < n && want[chunkID{id.stream, id.index + fits}] == nil; fits++ {
				want[chunkID{id.stream, id.index + fits}] = cb
			}
			if got := waits.add(id, n, cb); got != fits {
				t.Fatalf("add %d from %v: %d, want %d", n, id, got, fits)
			}
			if waits.count != len(want) {
				t.Fatalf("%d wait, want %d", waits.count, len(want))
			}
		}
		var order []chunkID
		for id := range want {
			order = append(order, id)
		}
		slices.SortFunc(order, func(a, b chunkID) int { return int(a.stream-b.stream)*1000 + int(a.index-b.index) })
		waits.fail(errors.New("over"))
		for i, id := range order {
			if failed[i] != id.index || len(failed) != len(order) {
				t.Fatalf("failed %v, want %v", failed, order)
			}
		}
	}
}

func TestChunkWaitsAtTheEndOfTheIndexes(t *testing.T) {
	var waits chunkWaits
	const last = 1<<31 - 1
	if n := waits.add(chunkID{1, last - 1}, 2, waitLog{}); n != 2 {
		t.Errorf("registered %d of the last 2", n)
	}
	if waits.take(chunkID{1, last}) == nil || waits.take(chunkID{1, last - 1}) == nil || waits.count != 0 {
		t.Error("the last chunks are not waited for")
	}
}
