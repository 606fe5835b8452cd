// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A block is counts one after another: the length of the word as a varint, the word, the count as a varint.

// errBadBlock says that a block is not what its format says.
var errBadBlock = errors.New("malformed block of counts")

// appendCount appends a word and its count to a block.
func appendCount[W string | []byte](dst []byte, word W, count uint64) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(word)))
	dst = append(dst, word...)
	return binary.AppendUvarint(dst, count)
}

// parseCount reads the first count of a block. The word is a view of b.
func parseCount(b []byte) (word []byte, count uint64, rest []byte, err error) {
	n, width := binary.Uvarint(b)
	if width <= 0 || n > uint64(len(b)-width) {
		return nil, 0, nil, fmt.Errorf("%w: length of a word", errBadBlock)
	}
	word, b = b[width:width+int(n)], b[width+int(n):]
	count, width = binary.Uvarint(b)
	if width <= 0 {
		return nil, 0, nil, fmt.Errorf("%w: count of a word", errBadBlock)
	}
	return word, count, b[width:], nil
}

// addBlock adds the counts of a block. On an error it may have added some.
func (c *Counts) addBlock(b []byte) error {
	for len(b) > 0 {
		word, n, rest, err := parseCount(b)
		if err != nil {
			return err
		}
		c.add(word, n)
		b = rest
	}
	return nil
}

// partitionOf says which reducer counts a word: FNV-1a of its bytes, as even as it is cheap.
func partitionOf[W string | []byte](word W, partitions int) int {
	const offset, prime = 2166136261, 16777619
	h := uint32(offset)
	for i := range len(word) {
		h = (h ^ uint32(word[i])) * prime
	}
	return int(h % uint32(partitions))
}

// partitioned returns a block for each reducer.
func (c *Counts) partitioned(partitions int) [][]byte {
	blocks := make([][]byte, partitions)
	for word, n := range c.seen() {
		p := partitionOf(word, partitions)
		blocks[p] = appendCount(blocks[p], word, n)
	}
	return blocks
}

// sortedBlock returns one block of all counts, in the order of the words' bytes.
func (c *Counts) sortedBlock() []byte {
	var b []byte
	for _, e := range c.sorted() {
		b = appendCount(b, e.Word, e.Count)
	}
	return b
}
