// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"testing"

	"github.com/twinwire/twinwire/api"
)

// listedFiles is a Files that cannot be compared.
type listedFiles struct {
	api.Files
	_ []string
}

// TestSameFile: segments of Files that cannot be compared, or hold such, are never of the same file, which costs nothing but
// that it is opened for each.
func TestSameFile(t *testing.T) {
	one, list := struct{ api.Files }{}, listedFiles{}
	segment := func(files api.Files, name string) *api.FileSegment { return api.NewFileSegment(files, name, 0, 1) }
	for _, c := range []struct {
		a, b *api.FileSegment
		same bool
	}{
		{segment(one, "x"), segment(one, "x"), true},
		{segment(one, "x"), segment(one, "y"), false},
		{segment(&one, "x"), segment(&one, "x"), true},
		{segment(one, "x"), segment(list, "x"), false},
		{segment(list, "x"), segment(list, "x"), false},
		{segment(struct{ api.Files }{list}, "x"), segment(struct{ api.Files }{list}, "x"), false},
		{segment(one, "x"), segment(struct{ api.Files }{list}, "x"), false},
	} {
		if got := c.a.SameFile(c.b); got != c.same {
			t.Errorf("%v and %v: %v", c.a, c.b, got)
		}
	}
}
