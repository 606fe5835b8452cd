// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"math/rand/v2"
	"os"

	"github.com/pkg/errors"
)

// Shape of the generated text.
const (
	zipfWords    = 100_000
	zipfSeed     = 20260101
	zipfExponent = 1.07
	zipfShift    = 2
	zipfLine     = 80 // bytes, about
)

// writeZipfText writes size bytes of text whose nth most frequent word is about n times as rare as the first: as words
// are in a language. It is the same every time.
func writeZipfText(name string, size int64) error {
	f, err := os.Create(name)
	if err != nil {
		return errors.WithStack(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewPCG(zipfSeed, zipfWords))
	words := zipfVocabulary(r)
	z := rand.NewZipf(r, zipfExponent, zipfShift, zipfWords-1)
	column := 0
	for size > 0 {
		word := words[z.Uint64()]
		if column += len(word) + 1; column > zipfLine {
			word, column = word[:len(word)-1]+".\n", 0
		}
		word = word[:min(int64(len(word)), size)]
		w.WriteString(word) //nolint:errcheck // Flush tells
		size -= int64(len(word))
	}
	if err := w.Flush(); err != nil {
		f.Close() //nolint:errcheck // the first error is the one to tell
		return errors.WithStack(err)
	}
	return errors.WithStack(f.Close())
}

// zipfVocabulary makes words, each with a blank behind it; frequent ones are shorter.
func zipfVocabulary(r *rand.Rand) []string {
	words := make([]string, zipfWords)
	for i := range words {
		n := 2 + r.IntN(4)
		if i > 100 {
			n += r.IntN(8)
		}
		b := make([]byte, n, n+1)
		for j := range b {
			b[j] = byte('a' + r.IntN(26))
		}
		if r.IntN(20) == 0 {
			b[0] -= 'a' - 'A'
		}
		words[i] = string(append(b, ' '))
	}
	return words
}
