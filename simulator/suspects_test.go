// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSuspectsAnywhere: what no place leads to is found in the package all the same; first in the file of a place, and last in
// tests.
func TestSuspectsAnywhere(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a_test.go":      "package ballot\n\nfunc init() { go helper() }\n",
		"ballot_test.go": "package ballot\n\nimport \"os\"\n\nfunc helper() int { return os.Getpid() }\n",
		"ballot.go":      "package ballot\n\nvar handlers = []any{func(votes map[string]int) (who string) {\n\tfor who = range votes {\n\t}\n\treturn who\n}}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var d divergence
	d.suspect([]sourceLine{{function: "ballot.TestBallot", file: filepath.Join(dir, "ballot_test.go"), line: 1}})
	got := d.report()
	for _, want := range []string{"suspects elsewhere in the package", "ballot_test.go:5  os.Getpid", "ballot.go:4  range over the map votes", "a_test.go:3  go"} {
		var ok bool
		if _, got, ok = strings.Cut(got, want); !ok {
			t.Fatalf("%q is missing or out of order in\n%s", want, d.report())
		}
	}
}
