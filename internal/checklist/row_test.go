// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRow(t *testing.T) {
	const at = "f:7"
	wire := []testName{{"internal/wire", "TestTFD01FrameDecoding"}}
	for _, c := range []struct {
		line string
		want row
	}{
		{"TFD-01\tsame\tinternal/wire TestTFD01FrameDecoding\t-\t", row{id: "TFD-01", fate: same, tests: wire, at: at}},
		{"TFD-01\tmended\tinternal/wire TestTFD01FrameDecoding\tmemnet\tclause 3", row{id: "TFD-01", fate: mended, tests: wire, world: "memnet", reason: "clause 3", at: at}},
		{"TFD-01\tsame\t./internal/wire  TestTFD01FrameDecoding , netty TestA\tboth", row{id: "TFD-01", fate: same, tests: append(wire, testName{"netty", "TestA"}), world: "both", at: at}},
		{"EMH-01\tlater\t-\t-\tTLS", row{id: "EMH-01", fate: later, reason: "TLS", at: at}},
		{"EMH-01\tn/a\t\t\tNetty only", row{id: "EMH-01", fate: notApplicable, reason: "Netty only", at: at}},
	} {
		got, err := parseRow(c.line, at)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(row{}, testName{})); err != nil || diff != "" {
			t.Errorf("parseRow(%q): %v, (-want +got):\n%s", c.line, err, diff)
		}
	}
}

func TestParseRowRefuses(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"TFD-01 same internal/wire TestTFD01", "1 columns"},
		{"TFD-01\tsame\ta TestTFD01\t-\t\tmore", "6 columns"},
		{"\tsame\ta TestA\t-\t", "no id"},
		{"TFD-01\tgone\ta TestTFD01\t-\tx", `fate "gone" is unknown`},
		{"TFD-01\t\ta TestTFD01\t-\tx", `fate "" is unknown`},
		{"TFD-01\tlater\t-\t-\t", "later gives no reason"},
		{"TFD-01\tn/a\t-\t-\t-", "n/a gives no reason"},
		{"TFD-01\tsame\t-\t-\t", "same names no test"},
		{"TFD-01\tmended\t\t-\twhy", "mended names no test"},
		{"TFD-01\tsame\tTestTFD01\t-\t", "want a folder and a test function"},
		{"TFD-01\tsame\ta TestTFD01,\t-\t", "want a folder and a test function"},
		{"TFD-01\tsame\ta TestTFD01/part\t-\t", "want a folder and a test function"},
		{"TFD-01\tsame\ta TestFrames\t-\t", "no test is named after it: TestTFD01"},
	} {
		if _, err := parseRow(c.line, "f:7"); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f:7: ") {
			t.Errorf("parseRow(%q): %v, want f:7 and %q", c.line, err, c.want)
		}
	}
}

func TestParseClaims(t *testing.T) {
	got, err := parseClaims("# head\n\nB9 TFD-01\nB9 TFD-02 # tail\n")
	want := []claim{{"B9", "TFD-01"}, {"B9", "TFD-02"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(claim{})); err != nil || diff != "" {
		t.Errorf("%v, (-want +got):\n%s", err, diff)
	}
	for _, bad := range []string{"TFD-01\n", "B9 TFD-01\nB10 TFD-01\n"} {
		if _, err := parseClaims(bad); err == nil {
			t.Errorf("parseClaims(%q): no error", bad)
		}
	}
	if got, err := parseClaims(claimed); err != nil || len(got) == 0 {
		t.Errorf("rows.txt: %d claims, %v", len(got), err)
	}
}
