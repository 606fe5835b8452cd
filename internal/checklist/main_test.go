// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newModule writes a module of packages whose tests end in every way: they pass,
// fail, are skipped, do not build, die, or are not there.
func newModule(t *testing.T, checklist string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                 "module m\n\ngo 1.26\n",
		"testdata/checklist.tsv": header + "\n" + checklist,
		"a/a_test.go": `package a
import "testing"
func TestA01Good(t *testing.T) { t.Run("part", func(*testing.T) {}) }
func TestA02Bad(t *testing.T) { t.Error("it broke") }
func TestA03Skipped(t *testing.T) { t.Skip() }
func TestA04PartSkipped(t *testing.T) { t.Run("part", func(t *testing.T) { t.Skip() }) }
func TestA05PartBad(t *testing.T) { t.Run("part", func(t *testing.T) { t.Fatal() }) }
`,
		"b/b_test.go": "package b\nfunc TestB01(",
		"f/f.go":      "package f\n",
		"e/e_test.go": "package e\nimport \"testing\"\nfunc TestE01(*testing.T) { panic(1) }\nfunc TestE02(*testing.T) {}\n",
		"c/c_test.go": "package c\nimport (\"os\"; \"testing\")\nfunc TestC01(*testing.T) { os.Exit(3) }\nfunc TestC02(*testing.T) {}\n",
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCheckGood(t *testing.T) {
	dir := newModule(t, "A-01\tsame\ta TestA01Good\tpure\t\nA-02\tlater\t-\t-\tlater on\n")
	var out, problems strings.Builder
	good, err := check(t.Context(), dir, "S A-01\nS A-02\n", &out, &problems)
	if err != nil || !good || problems.Len() > 0 {
		t.Fatalf("good %v, %v:\n%s", good, err, problems.String())
	}
	want := "id    world  fate   pass  reason\n" +
		"A-01  pure   same   pass  \n" +
		"A-02  -      later  -     later on\n" +
		"\n2 rows: 1 same, 0 mended, 1 later, 0 n/a; 1 of the 1 with a test pass\n"
	if out.String() != want {
		t.Errorf("table:\n%s\nwant:\n%s", out.String(), want)
	}
}

func TestCheckBad(t *testing.T) {
	ends := map[string]string{
		"a TestA02Bad": "FAIL", "a TestA03Skipped": "skipped", "a TestA04PartSkipped": "skipped", "a TestA05PartBad": "FAIL",
		"a TestA09Missing": "no such test",
		"b TestB01":        "not run", "c TestC01": "FAIL", "c TestC02": "not run", "d TestD01": "not run",
		"e TestE01": "FAIL", "e TestE02": "not run", "f TestF01": "no such test",
	}
	var rows, claims string
	for name := range ends {
		id := strings.Fields(name)[1][4:7]
		id = id[:1] + "-" + id[1:]
		rows += id + "\tsame\t" + name + "\t-\t\n"
		claims += "S " + id + "\n"
	}
	var out, problems strings.Builder
	good, err := check(t.Context(), newModule(t, rows), claims, &out, &problems)
	if err != nil || good {
		t.Fatalf("good %v, %v", good, err)
	}
	for name, end := range ends {
		if want := ": " + name + ": " + end + "\n"; !strings.Contains(problems.String(), want) {
			t.Errorf("problems lack %q", want)
		}
	}
	if !strings.Contains(problems.String(), "it broke") {
		t.Error("problems lack what the failing test printed")
	}
	if t.Failed() {
		t.Log(out.String(), problems.String())
	}
}

func TestRowShowsTheWorstOfItsTests(t *testing.T) {
	a, b := testName{"a", "TestA"}, testName{"b", "TestB"}
	ends := verdicts{of: map[testName]verdict{a: passed, b: skipped}}
	for _, c := range []struct {
		tests []testName
		want  string
	}{{nil, "-"}, {[]testName{a}, "pass"}, {[]testName{a, b}, "skipped"}, {[]testName{b, a}, "skipped"}} {
		if got := (row{tests: c.tests}).outcome(ends); got != c.want {
			t.Errorf("outcome of %v: %q, want %q", c.tests, got, c.want)
		}
	}
}
