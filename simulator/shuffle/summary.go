// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"strings"
)

// topWords is how many of the most frequent words a result names.
const topWords = 20

// Summary is what is told of the counts of all words.
type Summary struct {
	SHA256   string      // of "word TAB count LF" for all words, sorted by their bytes, in hex
	Distinct uint64      // different words
	Total    uint64      // words
	Top      []WordCount // the most frequent, at most 20; of equal ones those with the smaller bytes
}

// summing makes a summary of counts that come sorted by word.
type summing struct {
	hash hash.Hash
	to   *bufio.Writer
	num  []byte
	s    Summary
}

func newSumming() *summing {
	h := sha256.New()
	return &summing{hash: h, to: bufio.NewWriterSize(h, 64<<10)}
}

func (s *summing) add(word string, count uint64) {
	s.num = append(strconv.AppendUint(append(s.num[:0], '\t'), count, 10), '\n')
	s.to.WriteString(word) //nolint:errcheck // a hash takes everything
	s.to.Write(s.num)      //nolint:errcheck // a hash takes everything
	s.s.Distinct++
	s.s.Total += count
	if n := len(s.s.Top); n < topWords || count > s.s.Top[n-1].Count {
		s.rank(WordCount{Word: word, Count: count})
	}
}

// rank inserts a word among the top ones.
func (s *summing) rank(w WordCount) {
	at, _ := slices.BinarySearchFunc(s.s.Top, w, func(a, b WordCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Word, b.Word))
	})
	s.s.Top = slices.Insert(s.s.Top, at, w)
	s.s.Top = s.s.Top[:min(len(s.s.Top), topWords)]
}

func (s *summing) summary() Summary {
	s.to.Flush() //nolint:errcheck // a hash takes everything
	s.s.SHA256 = hex.EncodeToString(s.hash.Sum(nil))
	return s.s
}

// Summary sums up the counts.
func (c *Counts) Summary() Summary {
	s := newSumming()
	for _, e := range c.sorted() {
		s.add(e.Word, e.Count)
	}
	return s.summary()
}
