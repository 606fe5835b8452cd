// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFetchesAreBoundedAndComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sources []source
		want := map[int64]int64{}
		attempt := int64(0)
		for i := range rapid.IntRange(0, 4).Draw(t, "sources") {
			src := source{Host: ExecutorHost(i + 1)}
			for range rapid.IntRange(0, 3*fetchBlocks).Draw(t, "blocks") {
				attempt++
				size := rapid.Int64Range(1, 2*fetchBytes).Draw(t, "size")
				src.Maps, src.Sizes = append(src.Maps, attempt), append(src.Sizes, size)
				want[attempt] = size
			}
			sources = append(sources, src)
		}
		got := map[int64]int64{}
		for _, r := range planFetches(sources, rapid.IntRange(0, 9).Draw(t, "reducer")) {
			var bytes int64
			for i, m := range r.from.Maps {
				if _, twice := got[m]; twice {
					t.Fatalf("block of map %d is fetched twice", m)
				}
				got[m] = r.from.Sizes[i]
				bytes += r.from.Sizes[i]
			}
			if n := len(r.from.Maps); n == 0 || n > fetchBlocks || n > 1 && bytes > fetchBytes {
				t.Fatalf("a request of %d blocks with %d bytes", n, bytes)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}
