// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"strings"
	"testing"
)

// Test holds the implementation behind h to every property, one subtest each, and logs the table. The flag -rapid.seed
// repeats a failure.
func Test(t *testing.T, h Harness) {
	t.Helper()
	o := Options{Seed: givenSeed(), Repeat: func(_, property string, seed uint64) string {
		return fmt.Sprintf("go test -run '^%s$/^%s$' -rapid.seed=%d", t.Name(), subtestName(property), seed)
	}}.withDefaults()
	r := Report{Harness: h.Name, Seed: o.Seed}
	for _, p := range Properties() {
		t.Run(subtestName(p.Name), func(t *testing.T) {
			row := checkProperty(h, p, o)
			r.Rows = append(r.Rows, row)
			if row.Failure != nil {
				var b strings.Builder
				row.writeFailure(&b)
				t.Error(b.String())
			}
		})
	}
	t.Logf("%s", r)
}

func subtestName(property string) string { return strings.ReplaceAll(property, " ", "_") }
