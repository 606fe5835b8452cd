// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/internal/shuffle"
)

// TestRegistryBytes: whatever executors tell, and however often, the file stays one that can be read.
func TestRegistryBytes(t *testing.T) {
	inWorlds(t, func(t *world) {
		if err := t.files.MkdirAll("top"); err != nil {
			t.Fatal(err)
		}
		const most, line, few = 20_000, 3_000, 100
		r, err := shuffle.OpenRegistry(t.rt, shuffle.RegistryConfig{
			Roots:    shuffle.Roots{{Names: []string{"/top"}, Files: t.files}},
			File:     shuffle.Place{Files: t.files, Name: registryName, Path: "/" + registryName},
			MaxBytes: most,
		})
		if err != nil {
			t.Fatal(err)
		}
		id, info := t.executor(0)
		info.Manager = strings.Repeat("m", line)
		for range few { // the same one, again and again
			if err := t.register(r, id, info); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(get(t, t.files, registryName)); n > 2*most+2*line {
			t.Errorf("the file of one executor has %d bytes", n)
		}
		known := 1
		for n := 1; n < few && err == nil; n++ {
			id.ExecID = strings.Repeat("x", n)
			if err = t.register(r, id, info); err == nil {
				known++
			}
		}
		if want := most / (line + 150); !errors.Is(err, shuffle.ErrRefused) || known != want || r.Len() != want {
			t.Errorf("%d executors are known, want %d; the next: %v", known, want, err)
		}
		t.mustRegister(r, 0) // which is shorter now, and makes room
		if err := t.register(r, id, info); err != nil {
			t.Error(err)
		}
		if again := t.openRegistry(); again.Len() != known+1 || again.Lost() != nil {
			t.Errorf("opened again: %d executors, %v", again.Len(), again.Lost())
		}
	})
}

// TestRegistryRefusesALongLine: no executor has so much to tell.
func TestRegistryRefusesALongLine(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		id, info := t.executor(0)
		for range 1000 {
			info.LocalDirs = append(info.LocalDirs, "/top/"+strings.Repeat("long/", 100))
		}
		if err := t.register(r, id, info); !errors.Is(err, shuffle.ErrRefused) {
			t.Error(err)
		}
	})
}
