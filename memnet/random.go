// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"math/rand/v2"
)

// random is an incarnation's source of jitter, ids and keys. Each is a counter stream of its own that starts from one
// choice; its values are not choices, because sources that return zeros make callers loop for ever.
type random struct {
	rand    *rand.Rand
	entropy entropy
}

//go:norace
func (r *random) init(h *Host) {
	s := h.lifeStream("random", h.lives)
	r.rand = rand.New(&counterSource{key: mix(s.key, h.world.choose(&s, 1<<63))})
	r.entropy.source.key = mix(s.key+1, h.world.choose(&s, 1<<63))
}

type counterSource struct{ key, n uint64 }

// Uint64 implements rand.Source.
//
//go:norace
func (s *counterSource) Uint64() uint64 {
	s.n++
	return mix(s.key, s.n)
}

// entropy is an endless reader of seeded bytes.
type entropy struct {
	source counterSource
	rest   uint64 // bytes drawn and not read
	left   int
}

// Read implements io.Reader.
//
//go:norace
func (e *entropy) Read(p []byte) (int, error) {
	for i := range p {
		if e.left == 0 {
			e.rest, e.left = e.source.Uint64(), 8
		}
		p[i] = byte(e.rest)
		e.rest >>= 8
		e.left--
	}
	return len(p), nil
}
