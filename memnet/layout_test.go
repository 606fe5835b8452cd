// SPDX-License-Identifier: Apache-2.0

//go:build !race

package memnet

import (
	"testing"
	"unsafe"
)

// TestHotFieldsShareLines: what each step, segment or call looks at is as few lines of the cache as it needs.
func TestHotFieldsShareLines(t *testing.T) {
	const line = 64
	for name, end := range map[string]struct{ end, lines uintptr }{
		"a task":       {unsafe.Offsetof(task{}.inc), 2},
		"a host":       {unsafe.Offsetof(Host{}.shown), 1},
		"a connection": {unsafe.Offsetof(conn{}.inc), 1},
		"a link":       {unsafe.Offsetof(link{}.delays) + unsafe.Sizeof(uint64(0)), 1},
		"a pipe":       {unsafe.Offsetof(pipe{}.held), 1},
		"a segment":    {unsafe.Sizeof(segment{}), 1},
		"a coroutine":  {unsafe.Sizeof(coro{}), 1},
		"a waiter":     {unsafe.Sizeof(waiter{}), 1},
		"a mutex":      {unsafe.Sizeof(mutex{}), 1},
	} {
		if end.end > end.lines*line {
			t.Errorf("%s: %d bytes, want %d lines", name, end.end, end.lines)
		}
	}
	for name, size := range map[string]uintptr{
		"task": unsafe.Sizeof(task{}), "conn": unsafe.Sizeof(conn{}), "pipe": unsafe.Sizeof(pipe{}),
	} {
		if size%line != 0 {
			t.Errorf("a %s of %d bytes does not begin where a line does", name, size)
		}
	}
}
