// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"testing"

	"github.com/twinwire/twinwire/internal/shuffle"
)

// TestJavaHash holds the hash against what a JVM computes, without the sign.
func TestJavaHash(t *testing.T) {
	for text, want := range map[string]int32{
		"": 0, "hello": 99162322, "shuffle_0_0_0.index": 861282032, "shuffle_12_3456789_0.data": 1661782953,
		"polygenelubricants":   0, // Java: -2^31
		"drumwood boulderhead": 0,
		"\U0001F600":           1772899, // two units
	} {
		if got := shuffle.JavaHash(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	d := shuffle.Dirs{Local: []shuffle.Dir{{Name: "a", Path: "/top/a"}, {Name: "b/c", Path: "/top/b/c"}, {Name: "d", Path: "/top/d"}}}
	for _, c := range []struct {
		name    string
		subDirs int32
		want    shuffle.Place
	}{
		{"hello", 300, shuffle.Place{Name: "b/c/6b/hello", Path: "/top/b/c/6b/hello"}},
		{"hello", 100_000, shuffle.Place{Name: "b/c/d35b/hello", Path: "/top/b/c/d35b/hello"}},
		{"polygenelubricants", 64, shuffle.Place{Name: "a/00/polygenelubricants", Path: "/top/a/00/polygenelubricants"}},
		{"shuffle_12_3456789_0.data", 300, shuffle.Place{Name: "a/97/shuffle_12_3456789_0.data", Path: "/top/a/97/shuffle_12_3456789_0.data"}},
	} {
		d.SubDirs = c.subDirs
		if got := d.Find(c.name); got != c.want {
			t.Errorf("%s of %d: %+v, want %+v", c.name, c.subDirs, got, c.want)
		}
	}
}
