// SPDX-License-Identifier: Apache-2.0

//go:build race

package memnet

// A freeList fills api.FreeList. It gives a value to the task again that put it there, and to no other: what two tasks do
// with one value looks like a race, and to tell the detector that one comes before the other would hide races. To keep
// nothing would be slow, as it looks after each byte that is made.
type freeList struct {
	host *Host
	kept [maxFree]keptValue // none is moved, as the detector sees a copy of a slice
	next int                // makes room when all are used
}

type keptValue struct {
	of    *task // nil: none
	value any
}

//go:norace
func (l *freeList) Get() any {
	t := l.host.world.cur
	for i := range l.kept {
		if k := &l.kept[i]; k.of == t && t != nil {
			v := k.value
			k.of, k.value = nil, nil
			return v
		}
	}
	return nil
}

//go:norace
func (l *freeList) Put(v any) {
	t := l.host.world.cur
	if t == nil {
		return
	}
	at := l.next
	for i := range l.kept {
		if l.kept[i].of == nil {
			at = i
			break
		}
	}
	if at == l.next {
		l.next = (l.next + 1) % maxFree
	}
	l.kept[at].of, l.kept[at].value = t, v
}
