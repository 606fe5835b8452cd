// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// malformedHead stands before the statements of testdata/malformed.txt.
const malformedHead = "plan 1\nhosts a, b, exec-1, exec-2\n"

// TestMalformedPlans: each statement of testdata/malformed.txt, "\n" between its lines, is answered by exactly the
// mistakes below it, each at its place and saying what to write instead.
func TestMalformedPlans(t *testing.T) {
	data, err := os.ReadFile("testdata/malformed.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(strings.TrimSpace(string(data)), "\n\n")
	if len(cases) < 200 {
		t.Errorf("%d malformed plans, want 200", len(cases))
	}
	for _, c := range cases {
		statement, want, _ := strings.Cut(c, "\n")
		_, err := Parse("p", malformedHead+strings.ReplaceAll(statement, `\n`, "\n"))
		if got := inShort(err); got != want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", statement, got, want)
		}
	}
}

// TestByteOrderMark: what a person does not see is no mistake.
func TestByteOrderMark(t *testing.T) {
	if _, err := Parse("p", "\ufeffplan 1\r\nat 2s crash a\r\n"); err != nil {
		t.Error(err)
	}
}

// TestNoPlanAtAll: a long text of something else is not read to its end.
func TestNoPlanAtAll(t *testing.T) {
	_, err := Parse("p", malformedHead+strings.Repeat("lorem\n", 100_000))
	mistakes, _ := errors.AsType[Mistakes](err)
	if n := len(mistakes); n != maxMistakes+1 || mistakes[n-1].Line != 3+maxMistakes || !strings.Contains(mistakes[n-1].Text, "the rest was not read") {
		t.Errorf("%d mistakes, the last: %v", n, mistakes[max(0, n-1):])
	}
}

// inShort is one line for each mistake.
func inShort(err error) string {
	mistakes, _ := errors.AsType[Mistakes](err)
	var lines []string
	for _, m := range mistakes {
		line := fmt.Sprintf("  %d:%d+%d %s", m.Line-2, m.Col, m.Width, m.Text)
		if m.Hint != "" {
			line += "; " + m.Hint
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// TestMistakeShowsTheLine, and where in it, with tabs as the line has them.
func TestMistakeShowsTheLine(t *testing.T) {
	_, err := Parse("lease.plan", "plan 1\nlink\ta -> b\tlatensy=1ms  los=2%\nat 2s crsh a\n")
	want := "lease.plan:2:13: unknown setting \"latensy\"; did you mean \"latency\"?\n" +
		"  link\ta -> b\tlatensy=1ms  los=2%\n" +
		"      \t      \t^^^^^^^\n" +
		"lease.plan:2:26: unknown setting \"los\"; did you mean \"loss\"?\n" +
		"  link\ta -> b\tlatensy=1ms  los=2%\n" +
		"      \t      \t             ^^^\n" +
		"lease.plan:3:7: unknown fault \"crsh\"; did you mean \"crash\"?\n" +
		"  at 2s crsh a\n" +
		"        ^^^^"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// TestPlanWithoutVersion: whatever else is wrong is told too.
func TestPlanWithoutVersion(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "1:1 the plan is empty",
		"// nothing\n":              "1:1 the plan is empty",
		"crash a\n":                 "1:1 the plan does not begin with its version, 1:1 unknown statement \"crash\"",
		"at 2s crash a\nplan 1\n":   "1:1 the plan does not begin with its version",
		"plan 2\nat 2s crash a 3\n": "1:6 unknown version \"2\", 2:15 unknown word \"3\"",
		"plan\n":                    "1:5 the line ends too early: want the version, 1",
		"plan 1\nhosts a,,b\n":      "2:7 a name between two commas is missing",
		"plan 1\nhosts a, b,\n":     "2:11 a comma, and no name behind it",
		"plan 1\nhosts a b\n":       "2:9 \"b\" follows a name",
		"plan 1\nhosts a, a\n":      "2:10 host \"a\" is declared twice",
		"plan 1\nhosts a*, b:1\n":   "2:7 \"a*\" is no name of a host, 2:11 \"b:1\" is no name of a host",
		"\xff":                      "1:1 this is no text of a plan",
	} {
		_, err := Parse("p", text)
		mistakes, _ := errors.AsType[Mistakes](err)
		var got []string
		for _, m := range mistakes {
			got = append(got, fmt.Sprintf("%d:%d %s", m.Line, m.Col, m.Text))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q: %s, want %s", text, strings.Join(got, ", "), want)
		}
	}
}
