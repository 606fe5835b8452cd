// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"testing"
	"unsafe"
)

// TestHotFieldsShareLines: what each message looks at begins where a line of the cache does, and is as many lines as it
// needs. A field that is put in between costs every connection of many a line.
func TestHotFieldsShareLines(t *testing.T) {
	const line = 64
	var c Client
	for name, at := range map[string]uintptr{
		"in": unsafe.Offsetof(c.in), "out": unsafe.Offsetof(c.out), "replies": unsafe.Offsetof(c.replies),
	} {
		if at%line != 0 {
			t.Errorf("%s begins at %d", name, at)
		}
	}
	for name, end := range map[string]struct{ end, lines uintptr }{
		"the client's":           {unsafe.Offsetof(c.in), 2},
		"the reader's":           {unsafe.Offsetof(c.in.run) + 8, 2},
		"the writer's":           {unsafe.Offsetof(c.out.resting), 3},
		"the response handler's": {unsafe.Offsetof(c.replies.count), 1},
	} {
		if end.end > end.lines*line {
			t.Errorf("%s take %d bytes, want %d lines", name, end.end, end.lines)
		}
	}
}
