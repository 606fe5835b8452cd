// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// words draws counts of words that are few, short and alike.
func words() *rapid.Generator[map[string]uint64] {
	return rapid.MapOf(rapid.StringOfN(rapid.RuneFrom([]rune("abcé漢0")), 1, 12, -1), rapid.Uint64Range(1, 1<<40))
}

func countsFrom(m map[string]uint64) *Counts {
	c := NewCounts()
	for w, n := range m {
		c.add([]byte(w), n)
	}
	return c
}

func TestBlocksHoldEveryCountOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := words().Draw(t, "words")
		partitions := rapid.IntRange(1, 5).Draw(t, "partitions")
		all := NewCounts()
		for p, b := range countsFrom(m).partitioned(partitions) {
			part := NewCounts()
			if err := part.addBlock(b); err != nil {
				t.Fatal(err)
			}
			for word := range part.seen() {
				if partitionOf(word, partitions) != p {
					t.Fatalf("%q is in block %d", word, p)
				}
			}
			if err := all.addBlock(b); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(m, all.asMap()); d != "" {
			t.Fatal(d)
		}
	})
}

func TestMergedBlocksAreTheSummary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := words().Draw(t, "words")
		var blocks [][]byte
		for _, b := range countsFrom(m).partitioned(3) {
			part := NewCounts()
			if err := part.addBlock(b); err != nil {
				t.Fatal(err)
			}
			blocks = append(blocks, part.sortedBlock())
		}
		got, err := mergeSorted(blocks)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(countsFrom(m).Summary(), got); d != "" {
			t.Fatal(d)
		}
	})
}

func TestMalformedBlocks(t *testing.T) {
	good := countsFrom(map[string]uint64{"word": 300}).sortedBlock()
	for n := range len(good) {
		if n == 0 {
			continue
		}
		if err := NewCounts().addBlock(good[:n]); !errors.Is(err, errBadBlock) {
			t.Errorf("%d of %d bytes: %v", n, len(good), err)
		}
		if _, err := mergeSorted([][]byte{good[:n]}); !errors.Is(err, errBadBlock) {
			t.Errorf("merge of %d bytes: %v", n, err)
		}
	}
	for _, b := range []string{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x80"} {
		if err := NewCounts().addBlock([]byte(b)); !errors.Is(err, errBadBlock) {
			t.Errorf("%q: %v", b, err)
		}
	}
}

func TestSummary(t *testing.T) {
	m := map[string]uint64{}
	for w := range strings.FieldsSeq("b a c é zz z y x w v u t s r q p o n m l k j") {
		m[w] = 1
	}
	m["b"], m["é"] = 3, 3
	s := countsFrom(m).Summary()
	var top []string
	for _, w := range s.Top {
		top = append(top, w.Word)
	}
	if want := strings.Fields("b é a c j k l m n o p q r s t u v w x y"); !slices.Equal(top, want) {
		t.Errorf("top %q, want %q", top, want)
	}
	if s.Distinct != 22 || s.Total != 26 {
		t.Errorf("distinct %d, total %d", s.Distinct, s.Total)
	}
	// printf 'a\t2\nb\t1\n' | sha256sum
	const want = "2abfabe8ddfcad9ecf72aeaf70afb71b425c61a198cbb5ae9c846ca751251ba4"
	if got := countsFrom(map[string]uint64{"b": 1, "a": 2}).Summary().SHA256; got != want {
		t.Errorf("sha256 %s, want %s", got, want)
	}
}

func TestResetKeepsNoCount(t *testing.T) {
	c := countsFrom(map[string]uint64{"a": 1, "b": 2})
	c.reset()
	c.add([]byte("b"), 5)
	if d := cmp.Diff(map[string]uint64{"b": 5}, func() map[string]uint64 {
		all := NewCounts()
		for _, b := range c.partitioned(2) {
			if err := all.addBlock(b); err != nil {
				t.Fatal(err)
			}
		}
		return all.asMap()
	}()); d != "" || c.Total() != 5 {
		t.Errorf("total %d\n%s", c.Total(), d)
	}
}
