// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/twinwire/twinwire/internal/wire"
)

// FuzzBlockMessage: no bytes make the parser panic or allocate more than their
// number is worth, and what parses comes back from its own bytes.
func FuzzBlockMessage(f *testing.F) {
	for _, v := range readVectors(f) {
		if v.Hex != "" {
			f.Add(unhex(f, v.Hex))
		}
	}
	f.Add(unhex(f, "0e 00000000 00000000 00000002 3b300000 01 00000900 0200 0000 0500 0300 0100"))
	f.Add(unhex(f, "09 00000000 00000000 00000000 00000000 00000004 00000000 00000000 00000000 00000000 02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m Message
		var err error
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err = ParseMessage(b)
		runtime.ReadMemStats(&after)
		// An empty bitmap of eight bytes costs most: some 25 times its size.
		if got := after.TotalAlloc - before.TotalAlloc; got > 64<<10+64*uint64(len(b)) {
			t.Fatalf("%d bytes allocated for %d", got, len(b))
		}
		if err != nil {
			if m != nil || wire.JavaText(err) == "" {
				t.Fatalf("%v and %v", m, err)
			}
			return
		}
		again, err := ParseMessage(m.Append(nil))
		if diff := cmp.Diff(m, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%v (-first +again):\n%s", err, diff)
		}
		_ = m.String()
	})
}
