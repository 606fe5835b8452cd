// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// makeWatched is where the tests' buffers are made.
func makeWatched(a *api.BufferAudit, content string) api.ManagedBuffer {
	return a.Watch("of the test", api.NewBytesBuffer([]byte(content)))
}

func TestBufferAuditIsContent(t *testing.T) {
	var a api.BufferAudit
	b := makeWatched(&a, "abc")
	b.Retain()
	b.Release()
	if got, err := b.Bytes(); string(got) != "abc" || err != nil || b.Size() != 3 {
		t.Error(string(got), err)
	}
	b.Release()
	if err := a.Err(); err != nil {
		t.Error(err)
	}
	segment := api.NewFileSegment(nil, "x", 0, 1)
	if a.Watch("file", segment) != api.ManagedBuffer(segment) {
		t.Error("a file segment is wrapped, which costs it sendfile")
	}
}

func TestBufferAuditFinds(t *testing.T) {
	for _, c := range []struct {
		mistake api.BufferMistake
		make    func(b api.ManagedBuffer)
	}{
		{api.BufferLeaked, func(b api.ManagedBuffer) { b.Retain(); b.Release() }},
		{api.BufferReleasedTwice, func(b api.ManagedBuffer) { b.Release(); b.Release() }},
		{api.BufferUsedReleased, func(b api.ManagedBuffer) { b.Release(); _, _ = b.Bytes() }},
		{api.BufferUsedReleased, func(b api.ManagedBuffer) { b.Release(); _, _ = b.Open() }},
		{api.BufferUsedReleased, func(b api.ManagedBuffer) { b.Release(); b.Retain() }},
	} {
		var a api.BufferAudit
		c.make(makeWatched(&a, "abc"))
		found := slices.Concat(a.Mistakes(), a.Leaks())
		if len(found) != 1 || found[0].Mistake != c.mistake {
			t.Errorf("%v: found %v", c.mistake, a.Err())
			continue
		}
		p := found[0]
		if !strings.Contains(p.Made, "makeWatched") || p.Buffer != "of the test" {
			t.Errorf("%v: made by %s", c.mistake, p.Made)
		}
		if leak := c.mistake == api.BufferLeaked; (p.Here == "") != leak || (p.Released == "") != leak {
			t.Errorf("%v: here %q, released %q", c.mistake, p.Here, p.Released)
		}
		if !strings.Contains(a.Err().Error(), c.mistake.String()) {
			t.Error(a.Err())
		}
	}
}

// TestBufferAuditScribbles: who kept a view sees at once that it is no longer his, and whose memory it was keeps it.
func TestBufferAuditScribbles(t *testing.T) {
	var a api.BufferAudit
	mine := []byte("abc")
	b := a.Watch("mine", api.NewBytesBuffer(mine))
	view, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	b.Release()
	if string(view) != "\xDB\xDB\xDB" || string(mine) != "abc" {
		t.Errorf("view %q, memory %q", view, mine)
	}
}
