// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/conformance"
)

// TestContract compares the properties with CONTRACT.md: each names a sentence that exists, and the sentences without a
// property are marked as such.
func TestContract(t *testing.T) {
	text, err := os.ReadFile("../CONTRACT.md")
	if err != nil {
		t.Fatal(err)
	}
	marked := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^\*\*([RBC]\d+)\*\* .*$`).FindAllStringSubmatch(string(text), -1) {
		marked[line[1]] = strings.HasSuffix(line[0], "▫")
	}
	held := map[string]bool{}
	for _, p := range conformance.Properties() {
		if _, exists := marked[p.Clause]; !exists {
			t.Errorf("%q names clause %s, which does not exist", p.Name, p.Clause)
		}
		held[p.Clause] = true
	}
	for _, clause := range slices.Sorted(maps.Keys(marked)) {
		if marked[clause] == held[clause] {
			t.Errorf("clause %s is marked as without a property: %v; it has one: %v", clause, marked[clause], held[clause])
		}
	}
}

func TestFamilies(t *testing.T) {
	names := map[string]bool{}
	sizes := map[string]int{}
	for _, p := range conformance.Properties() {
		if names[p.Name] {
			t.Errorf("two properties are called %q", p.Name)
		}
		names[p.Name] = true
		sizes[p.Family] = min(sizes[p.Family]+1, 3)
	}
	want := map[string]int{"connection": 3, "rpc messages": 3, "rpc life": 3, "rpc files": 3, "block sharing": 3}
	for _, subject := range []string{"rpc", "block"} {
		for _, family := range []string{"ordering", "retries", "timeouts", "failure propagation"} {
			want[subject+" "+family] = 3
		}
	}
	if diff := cmp.Diff(want, sizes); diff != "" {
		t.Errorf("families with at least three properties (-want +got):\n%s", diff)
	}
}
