// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
)

// A candidate is a run to try.
type candidate struct {
	tape    *Tape
	cuts    cuts
	without []FaultKind // if there are any, the tape's own seed decides what it does not list, but for these
	below   uint64      // if it is not 0, fewer faults than that must strike
}

// key tells candidates apart.
func (c candidate) key() uint64 {
	h := fnv.New64a()
	var word [8]byte
	put := func(n uint64) {
		binary.LittleEndian.PutUint64(word[:], n)
		h.Write(word[:]) // it never fails
	}
	put(c.tape.Seed)
	put(uint64(c.tape.Rest))
	for _, r := range c.tape.Choices {
		put(c.tape.Streams[r.Stream].ID)
		put(r.N)
		put(r.Value)
	}
	fmt.Fprintln(h, c.cuts.notes("", ""), c.without)
	return h.Sum64()
}

// A rejection is why a candidate did not do.
type rejection int

const (
	otherwise rejection = iota + 1 // it ended, but in another way
	givenUp                        // it took too long
)

// An attempt is a candidate and what came of it.
type attempt struct {
	index     int
	candidate candidate
	key       uint64 // of the candidate
	result    Result
	fails     bool // in the same way
}

// reject remembers that a candidate was tried in vain.
func (k *shrinker) reject(a attempt) {
	why := otherwise
	if a.result.Steps >= k.limit {
		why = givenUp
	}
	k.tried[a.key] = why
}

// forgive lets those be tried again that were given up.
func (k *shrinker) forgive() {
	for key, why := range k.tried {
		if why == givenUp {
			delete(k.tried, key)
		}
	}
}

// hastyLimit is how many steps a smaller run than res may take: without a fault the work goes on for a little longer, and
// most runs that go on for much longer pass.
func hastyLimit(res Result) uint64 { return 2*res.Steps + 200 }

// patientLimit is for runs that take another way.
func patientLimit(res Result) uint64 { return 4*res.Steps + 10_000 }
