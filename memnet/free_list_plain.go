// SPDX-License-Identifier: Apache-2.0

//go:build !race

package memnet

// A freeList fills api.FreeList.
type freeList struct {
	host   *Host
	values []any
}

func (l *freeList) Get() any {
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
	if len(l.values) < maxFree {
		l.values = append(l.values, v)
	}
}
