// SPDX-License-Identifier: Apache-2.0

//go:build !race

package memnet

// A freeList fills api.FreeList.
type freeList struct {
	host   *Host
	last   any // the value that came last; nil: none
	values []any
}

func (l *freeList) Get() any {
	if v := l.last; v != nil { // as most often
		l.last = nil
		return v
	}
	n := len(l.values) - 1
	if n < 0 {
		return nil
	}
	v := l.values[n]
	l.values[n] = nil
	l.values = l.values[:n]
	return v
}

func (l *freeList) Put(v any) {
	if l.last != nil {
		if len(l.values) == maxFree-1 {
			return
		}
		l.values = append(l.values, l.last)
	}
	l.last = v
}
