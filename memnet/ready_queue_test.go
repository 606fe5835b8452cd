// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestReadyQueue: the task with the lowest key comes first, also of so many that a heap has some.
func TestReadyQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q readyQueue
		var want []readyTask // in order
		most := rapid.SampledFrom([]int{3, maxNear + 1, 5 * maxNear}).Draw(t, "most")
		for i := range rapid.IntRange(100, 400).Draw(t, "steps") {
			switch {
			case len(want) > 0 && (len(want) == most || rapid.IntRange(0, 2).Draw(t, "pop") == 0):
				if q.first().t != want[0].t || q.pop() != want[0].t {
					t.Fatalf("of %d another than the first", len(want))
				}
				want = want[1:]
			case rapid.IntRange(0, 20).Draw(t, "takeAll") == 0:
				want = want[:0]
				for _, e := range q.takeAll() {
					if e.key ^= 1 << 40; e.t.pos%3 > 0 {
						q.push(e)
						want = append(want, e)
					}
				}
			default:
				e := readyTask{key: rapid.Uint64Range(0, 3).Draw(t, "priority")<<40 | uint64(i), t: &task{pos: int32(i)}}
				q.push(e)
				want = append(want, e)
			}
			slices.SortFunc(want, func(a, b readyTask) int { return cmp.Compare(a.key, b.key) })
			if q.len() != len(want) {
				t.Fatalf("%d are ready, want %d", q.len(), len(want))
			}
		}
	})
}
