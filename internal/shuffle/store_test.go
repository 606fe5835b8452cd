// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// hostileNames are no names of files.
func hostileNames() []string {
	return []string{
		"", ".", "..", "../x", "a/../../x", "/etc/passwd", "a/b", `a\b`, `..\x`, "a\x00b", "a\nb", "a b", "é", strings.Repeat("a", 256),
	}
}

// TestRemove removes what is there, and nothing at all when one of the names is none.
func TestRemove(t *testing.T) {
	inWorlds(t, func(t *world) {
		store, m := t.store(), shuffle.MapOutput{}
		t.write(store, t.dirs(), m, "x")
		for _, name := range hostileNames() {
			if n, err := store.Remove(t.dirs(), []string{m.DataFile(), name}); n != 0 || err == nil {
				t.Errorf("%q: %d, %v", name, n, err)
			}
		}
		if got := text(t, store, t.dirs(), m, 0, 1); got != "x" {
			t.Errorf("%q", got)
		}
		n, err := store.Remove(t.dirs(), []string{m.DataFile(), m.IndexFile(), "rdd_1_2"})
		if n != 2 || err != nil {
			t.Error(n, err)
		}
		if _, err := store.Blocks(t.dirs(), m, 0, 1); err == nil {
			t.Error("the index is still known")
		}
		if left := slices.Collect(maps.Keys(tree(t, t.files, "."))); len(left) != 1 || !strings.HasSuffix(left[0], ".checksum.ADLER32") {
			t.Errorf("left: %v", left)
		}
	})
}

func TestFile(t *testing.T) {
	inWorlds(t, func(t *world) {
		put(t, t.files, t.dirs().Find("rdd_0_1").Name, []byte("persisted"))
		data, err := t.store().File(t.dirs(), "rdd_0_1")
		if err != nil || data.Size() != 9 {
			t.Errorf("%v, %v", data, err)
		}
		unseen := t.dirs()
		for i, dir := range unseen.Local {
			unseen.Local[i].Files = &blindDisk{dir.Files, syscall.EMFILE}
		}
		if data, err := t.store().File(unseen, "rdd_0_1"); data != nil || !errors.Is(err, syscall.EMFILE) {
			t.Errorf("one that cannot be looked at: %v, %v", data, err)
		}
		if data, err := t.store().File(t.dirs(), "rdd_0_2"); data != nil || err != nil {
			t.Errorf("missing: %v, %v", data, err)
		}
		for _, name := range hostileNames() {
			var bad *shuffle.NameError
			if data, err := t.store().File(t.dirs(), name); data != nil || !errors.As(err, &bad) {
				t.Errorf("%q: %v, %v", name, data, err)
			}
		}
	})
}

// TestDiagnose tells each cause by what it looks like.
func TestDiagnose(t *testing.T) {
	for _, a := range []api.ChecksumAlgorithm{api.Adler32, api.CRC32, api.CRC32C} {
		inWorlds(t, func(t *world) {
			store, m := t.store(), shuffle.MapOutput{Map: 2}
			out, err := store.NewWriter(t.dirs(), m, a)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range []string{"first", "second"} {
				if _, err := out.Write([]byte(b)); err != nil {
					t.Fatal(err)
				}
				out.EndBlock()
			}
			if _, err := out.Commit(); err != nil {
				t.Fatal(err)
			}
			sum, err := shuffle.Sum(store, t.dirs(), m, 1, a)
			if err != nil {
				t.Fatal(err)
			}
			expect := func(what string, q shuffle.Diagnosis, want blockwire.Cause) {
				t.Helper()
				q.Output = m
				if got := store.Diagnose(t.dirs(), q); got != want {
					t.Errorf("%s %s: %v, want %v", a, what, got, want)
				}
			}
			expect("right", shuffle.Diagnosis{Reduce: 1, Algorithm: a, Read: sum}, blockwire.ChecksumVerifyPass)
			expect("other bytes read", shuffle.Diagnosis{Reduce: 1, Algorithm: a, Read: sum + 1}, blockwire.NetworkIssue)
			expect("no such reducer", shuffle.Diagnosis{Reduce: 2, Algorithm: a, Read: sum}, blockwire.UnknownIssue)
			expect("no such reducer", shuffle.Diagnosis{Reduce: -1, Algorithm: a, Read: sum}, blockwire.UnknownIssue)
			expect("hostile", shuffle.Diagnosis{Reduce: 1, Algorithm: "../" + a, Read: sum}, blockwire.UnsupportedChecksumAlgorithm)
			put(t, t.files, t.dirs().Find(m.DataFile()).Name, []byte("firstsecand"))
			expect("other bytes on disk", shuffle.Diagnosis{Reduce: 1, Algorithm: a, Read: sum}, blockwire.DiskIssue)
			put(t, t.files, t.dirs().Find(m.DataFile()).Name, []byte("firstse"))
			expect("truncated", shuffle.Diagnosis{Reduce: 1, Algorithm: a, Read: sum}, blockwire.UnknownIssue)
		})
	}
}
