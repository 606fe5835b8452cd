// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"fmt"
	"testing"
)

func TestContentIsItself(t *testing.T) {
	sizes := map[int]bool{}
	for i := range 40 {
		id := fmt.Sprint("mem_", i)
		b := content(id)
		sizes[len(b)] = true
		if !isContent(id, b) {
			t.Fatalf("%s: its own %d bytes are not its content", id, len(b))
		}
		if isContent(id, append(b, 0)) {
			t.Errorf("%s: a byte more than its %d is its content too", id, len(b))
		}
		if len(b) == 0 {
			continue
		}
		if isContent(id, b[:len(b)-1]) {
			t.Errorf("%s: a byte less than its %d is its content too", id, len(b))
		}
		for _, at := range []int{0, len(b) / 2, len(b) - 1} {
			b[at]++
			if isContent(id, b) {
				t.Errorf("%s: with byte %d of %d changed it is its content too", id, at, len(b))
			}
			b[at]--
		}
	}
	if len(sizes) != 5 {
		t.Errorf("%d sizes, want 5: 0 bytes and more than a period are among them", len(sizes))
	}
}
