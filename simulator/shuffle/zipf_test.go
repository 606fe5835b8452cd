// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"math/rand/v2"
)

// zipfText returns about n bytes of words, the frequent ones much more frequent, always the same.
func zipfText(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	words := make([][]byte, 100_000)
	for i := range words {
		w := make([]byte, 2+r.IntN(4)+r.IntN(8))
		for j := range w {
			w[j] = byte('a' + r.IntN(26))
		}
		words[i] = w
	}
	z := rand.NewZipf(r, 1.1, 2, uint64(len(words)-1))
	b := make([]byte, 0, n+16)
	for len(b) < n {
		b = append(append(b, words[z.Uint64()]...), ' ')
	}
	return b
}
