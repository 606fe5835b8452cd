// SPDX-License-Identifier: Apache-2.0

package tape

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

// draw makes a tape with a bit of everything.
func draw(r *rand.Rand) *Tape {
	t := &Tape{Code: "m@v1 go1.26", Seed: r.Uint64(), Rest: Rest(1 + r.IntN(2)), Strategy: "pct depth=3", Hash: r.Uint64() | 1}
	for range r.IntN(3) {
		t.Notes = append(t.Notes, Note{Key: "scenario", Text: "bank with two words"})
	}
	for range r.IntN(3) {
		t.Reseeds = append(t.Reseeds, Reseed{Step: r.Uint64(), Seed: r.Uint64(), Share: r.Uint64N(Shares + 1)})
	}
	for range 1 + r.IntN(5) {
		t.Streams = append(t.Streams, Stream{ID: r.Uint64(), Name: "pick exec-1/boot.1f"})
	}
	for range r.IntN(20) {
		bound := 1 + r.Uint64()>>r.IntN(60)
		t.Choices = append(t.Choices, Choice{
			Stream: r.IntN(len(t.Streams)), N: 1 + r.Uint64()>>40, Bound: bound, Value: r.Uint64() % bound, At: time.Duration(r.Int64N(1 << 50)),
		})
	}
	return t
}

func TestTextIsATapeAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		want := draw(r)
		got, err := Parse(want.String())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\nfrom\n%v\ngot\n%v", err, want, got)
		}
	}
}

func TestEveryMistakeIsReportedWithItsLine(t *testing.T) {
	_, err := Parse("twinwire tape 1\nseed x\nrest of it\nstream 1 ff pick\nstream 3 ff pick\n9 1 0/1\n1 0 0/1\n1 1 2/2\n1 1\n1 1 0/1 @soon\nreseed 12 7 65/64\n")
	for _, want := range []string{
		`line 2: number "x"`, `line 3: rest "of it": want calm or seeded`, "line 5: stream 3: want number 2", "line 6: stream 9",
		"line 7: choices are counted from 1", "line 8: value 2: want less than the bound 2", `line 9: "1 1": want a fact`, `line 10: time "@soon"`,
		`line 11: reseed "12 7 65/64": want a step and a seed`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

func TestOtherVersionsAreRefused(t *testing.T) {
	for _, text := range []string{"", "seed 1\n", "twinwire tape 2\nseed 1\n"} {
		if _, err := Parse(text); !errors.Is(err, ErrVersion) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestKeepTakesStreamsThatAreNeeded(t *testing.T) {
	tp := &Tape{Hash: 5, Streams: []Stream{{1, "pick a"}, {2, "crash"}, {3, "pick b"}}, Choices: []Choice{{0, 1, 9, 1, 0}, {1, 1, 9, 2, 0}, {2, 1, 9, 3, 0}, {2, 2, 9, 4, 0}}}
	got := tp.Keep(func(_ int, c Choice) bool { return tp.Streams[c.Stream].Purpose() == "pick" })
	want := &Tape{Streams: []Stream{{1, "pick a"}, {3, "pick b"}}, Choices: []Choice{{0, 1, 9, 1, 0}, {1, 1, 9, 3, 0}, {1, 2, 9, 4, 0}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestNextGoesThroughAll(t *testing.T) {
	// Three choices of bounds 2, 3 and 2; the last is made only when the first is 0.
	play := func(tp *Tape) *Tape {
		out := &Tape{Streams: []Stream{{1, "dfs"}}}
		for i, bound := range []uint64{2, 3, 2} {
			if i == 2 && out.Choices[0].Value == 1 {
				break
			}
			c := Choice{N: uint64(i) + 1, Bound: bound}
			if i < len(tp.Choices) {
				c.Value = tp.Choices[i].Value
			}
			out.Choices = append(out.Choices, c)
		}
		return out
	}
	seen := map[string]bool{}
	for tp := play(&Tape{}); ; {
		seen[tp.String()] = true
		next := tp.Next(func(s Stream) bool { return s.Purpose() == "dfs" })
		if next == nil {
			break
		}
		tp = play(next)
	}
	if len(seen) != 9 {
		t.Errorf("%d of 9 combinations", len(seen))
	}
}
