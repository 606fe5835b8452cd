// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("rapid.checks", "10000"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// TestPrintParsePrint: print, parse, print is the identity, and so is parse after print.
func TestPrintParsePrint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawnPlan(t)
		text := p.String()
		got, err := Parse("drawn", text)
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		if diff := cmp.Diff(p, got); diff != "" {
			t.Fatalf("%s\n%s", text, diff)
		}
		if again := got.String(); again != text {
			t.Fatalf("printed\n%s\nand then\n%s", text, again)
		}
	})
}

// TestBlanksAndComments mean nothing.
func TestBlanksAndComments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawnPlan(t)
		text := untidy(t, p.String())
		got, err := Parse("untidy", text)
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		if diff := cmp.Diff(p, got); diff != "" {
			t.Fatalf("%s\n%s", text, diff)
		}
	})
}

// TestDamagedPlans: whatever a person does to a plan, parsing it says what is wrong within the text, and never panics.
func TestDamagedPlans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(drawnPlan(t).String())
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			i := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			j := min(len(text), i+rapid.IntRange(0, 5).Draw(t, "length"))
			text = append(append(append([]rune(nil), text[:i]...), []rune(rapid.StringN(0, 3, -1).Draw(t, "instead"))...), text[j:]...)
			if len(text) == 0 {
				return
			}
		}
		p, err := Parse("damaged", string(text))
		if err == nil {
			if _, err := Parse("again", p.String()); err != nil {
				t.Fatalf("%s\nis a plan, and printed\n%s\nis none: %v", string(text), p, err)
			}
			return
		}
		lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(string(text), "\ufeff"), "\r\n", "\n"), "\n")
		mistakes, _ := errors.AsType[Mistakes](err)
		if len(mistakes) == 0 {
			t.Fatalf("%s\nno mistakes in %v", string(text), err)
		}
		for _, m := range mistakes {
			if m.Line < 1 || m.Line > len(lines) || m.Source != lines[m.Line-1] || m.Col < 1 || m.Col > len([]rune(m.Source))+1 || m.Text == "" {
				t.Fatalf("%s\n%+v", string(text), m)
			}
		}
	})
}
