// SPDX-License-Identifier: Apache-2.0

package memnet

// A keyTable is a map by keys that are spread well, but for 0, which is none. Tasks share it without a lock: a map of the
// language would tell the race detector.
type keyTable[V any] struct {
	slots []keyed[V] // a power of two, never full
	used  int
}

type keyed[V any] struct {
	key   uint64
	value V
}

// find returns the value at a key, nil if there is none. It is valid until the next at.
//
//go:norace
func (t *keyTable[V]) find(key uint64) *V {
	if t.used == 0 {
		return nil
	}
	if s := t.slot(key); s.key == key {
		return &s.value
	}
	return nil
}

// at returns the value at a key, which is made if there is none. It is valid until the next at.
//
//go:norace
func (t *keyTable[V]) at(key uint64) *V {
	if 4*t.used >= 3*len(t.slots) {
		t.grow()
	}
	s := t.slot(key)
	if s.key != key {
		s.key = key
		t.used++
	}
	return &s.value
}

// slot returns where the key is or would be.
//
//go:norace
func (t *keyTable[V]) slot(key uint64) *keyed[V] {
	mask := uint64(len(t.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.key == key || s.key == 0 {
			return s
		}
	}
}

//go:norace
func (t *keyTable[V]) grow() {
	old := t.slots
	t.slots = make([]keyed[V], max(8, 2*len(old)))
	for i := range old {
		if old[i].key != 0 {
			*t.slot(old[i].key) = old[i]
		}
	}
}
