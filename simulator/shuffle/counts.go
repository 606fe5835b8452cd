// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"encoding/binary"
	"iter"
	"slices"
	"strings"
)

// Counts says how often each word was seen. The zero value is not usable; see [NewCounts]. It is not safe for
// concurrent use.
//
// Words lie one after another in one piece of memory, in the order of first sight, so the frequent ones lie together: a
// count is one look at the table and one at the record.
type Counts struct {
	slots   []uint64 // an open table: hash of a word above, place of its record plus 1 below; 0 is free
	records []byte   // count (8 bytes), length of the word (4 bytes), word, padding
	words   int
	total   uint64
}

// WordCount is a word and how often it was seen.
type WordCount struct {
	Word  string `json:"word"`
	Count uint64 `json:"count"`
}

// Layout of a record.
const (
	recordAlign = 8 // records begin at multiples of it
	recordHead  = 12
)

// NewCounts returns counts without words.
func NewCounts() *Counts { return &Counts{slots: make([]uint64, 1<<10)} }

// Total is the number of words.
func (c *Counts) Total() uint64 { return c.total }

// add counts the word n times. It does not keep the slice.
func (c *Counts) add(word []byte, n uint64) {
	c.total += n
	h := hashWord(word)
	mask := uint64(len(c.slots) - 1)
	at := uint64(h) & mask
	for ; c.slots[at] != 0; at = (at + 1) & mask {
		s := c.slots[at]
		if uint32(s>>32) != h {
			continue
		}
		r := c.records[uint64(uint32(s)-1)*recordAlign:]
		if size := binary.LittleEndian.Uint32(r[8:]); string(r[recordHead:recordHead+size]) == string(word) {
			binary.LittleEndian.PutUint64(r, binary.LittleEndian.Uint64(r)+n)
			return
		}
	}
	c.slots[at] = uint64(h)<<32 | c.keep(word, n)
	if c.words > len(c.slots)/2 {
		c.grow()
	}
}

// keep makes a record and returns its place plus 1.
func (c *Counts) keep(word []byte, n uint64) uint64 {
	place := uint64(len(c.records)) / recordAlign
	r := binary.LittleEndian.AppendUint64(c.records, n)
	r = binary.LittleEndian.AppendUint32(r, uint32(len(word)))
	r = append(r, word...)
	for len(r)%recordAlign != 0 {
		r = append(r, 0)
	}
	c.records = r
	c.words++
	return place + 1
}

// grow doubles the table.
func (c *Counts) grow() {
	old := c.slots
	c.slots = make([]uint64, 2*len(old))
	mask := uint64(len(c.slots) - 1)
	for _, s := range old {
		if s == 0 {
			continue
		}
		at := s >> 32 & mask
		for c.slots[at] != 0 {
			at = (at + 1) & mask
		}
		c.slots[at] = s
	}
}

// reset forgets how often words were seen, and keeps the words: the next text will have most of them.
func (c *Counts) reset() {
	for r := range c.all() {
		clear(r[:8])
	}
	c.total = 0
}

// all yields the records in the order of first sight.
func (c *Counts) all() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for r := c.records; len(r) > 0; {
			n := recordHead + int(binary.LittleEndian.Uint32(r[8:]))
			if !yield(r[:n]) {
				return
			}
			r = r[(n+recordAlign-1)/recordAlign*recordAlign:]
		}
	}
}

// seen yields the words that were seen and how often, in the order of first sight. The words are views.
func (c *Counts) seen() iter.Seq2[[]byte, uint64] {
	return func(yield func([]byte, uint64) bool) {
		for r := range c.all() {
			if n := binary.LittleEndian.Uint64(r); n > 0 && !yield(r[recordHead:], n) {
				return
			}
		}
	}
}

// sorted returns the words that were seen in the order of their bytes.
func (c *Counts) sorted() []WordCount {
	list := make([]WordCount, 0, c.words)
	var text strings.Builder
	text.Grow(len(c.records))
	for word, n := range c.seen() {
		at := text.Len()
		text.Write(word)
		list = append(list, WordCount{Word: text.String()[at:], Count: n})
	}
	slices.SortFunc(list, func(a, b WordCount) int { return strings.Compare(a.Word, b.Word) })
	return list
}
