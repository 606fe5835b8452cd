// SPDX-License-Identifier: Apache-2.0

package api

import "testing"

// TestMessageBatch: each message has memory of its own until Reset, after which all of it is zero and used again.
func TestMessageBatch(t *testing.T) {
	b := newMessageBatch[int]()
	seen := map[*int]bool{}
	for round := range 3 {
		const all = 100
		for i := range all {
			p := b.Next().(*int)
			if *p != 0 || len(b.All()) != i+1 || round > 0 != seen[p] {
				t.Fatalf("round %d: message %d is %d, of %d; seen: %t", round, i, *p, len(b.All()), seen[p])
			}
			seen[p] = true
			*p = i + 1
		}
		for i, p := range b.All() {
			if *p.(*int) != i+1 {
				t.Errorf("message %d is %d", i, *p.(*int)-1)
			}
		}
		if len(seen) != all {
			t.Errorf("%d messages of %d", len(seen), all)
		}
		b.Reset()
	}
}
