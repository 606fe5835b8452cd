// SPDX-License-Identifier: Apache-2.0

package simulator

import "testing"

func TestReplayCommand(t *testing.T) {
	for _, c := range []struct {
		test, pkg string
		want      string
	}{
		{"TestLease", "./lease", `go test -run '^TestLease$' ./lease`},
		{"TestLease/three_clients", ".", `go test -run '^TestLease$/^three_clients$' .`},
		{"TestLease/it's(1)", ".", `go test -run '^TestLease$/^it'\''s\(1\)$' .`},
	} {
		if got := replayCommand(c.test, c.pkg); got != c.want {
			t.Errorf("%s: %s, want %s", c.test, got, c.want)
		}
	}
}

func TestPackageOf(t *testing.T) {
	for function, want := range map[string]string{
		"example.org/m/lease.TestLease":         "example.org/m/lease",
		"example.org/m/lease.TestLease.func1":   "example.org/m/lease",
		"example.org/m/lease_test.TestLease":    "example.org/m/lease",
		"example.org/m/v2.1/le%2ease.TestLease": "example.org/m/v2.1/le.ase",
		"lease.TestLease":                       "lease",
		"command-line-arguments.TestLease":      ".",
		"command-line-arguments_test.TestLease": ".",
		"":                                      ".",
	} {
		if got := packageOf(function); got != want {
			t.Errorf("packageOf(%q) = %q, want %q", function, got, want)
		}
	}
}

func TestTestPackage(t *testing.T) {
	const want = "github.com/twinwire/twinwire/simulator"
	if got := testPackage(); got != want {
		t.Errorf("in a test: %q", got)
	}
	t.Run("subtest", func(t *testing.T) {
		named := func() string { got := testPackage(); return got }
		if got := named(); got != want {
			t.Errorf("in a function of a subtest: %q", got)
		}
	})
}
