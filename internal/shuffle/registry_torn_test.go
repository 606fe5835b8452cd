// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"bytes"
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/internal/shuffle"
)

// TestTornRegistry: a line that is cut anywhere, or is none, costs its own executor alone. That is told, and the file as it was
// is kept.
func TestTornRegistry(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		for n := range 3 {
			t.mustRegister(r, n)
		}
		whole := get(t, t.files, registryName)
		lines := bytes.SplitAfter(whole, []byte("\n"))
		second := len(lines[0])
		for cut := second + 1; cut < second+len(lines[1]); cut++ {
			t.opensTorn(whole[:cut], "line 2: cut short", 0)
		}
		for what, line := range map[string]string{
			"nothing": "\n", "zeros": "\x00\x00\x00\n", "of another file": "\x7fELF\n", "no object": "[]\n", "null": "null\n",
			"two in one": string(lines[1][:20]) + string(lines[1]), "without an id": "{}\n", "more": "{}}\n",
		} {
			t.Logf("a line that is %s", what)
			t.opensTorn([]byte(string(lines[0])+line+string(lines[2])), "line 2", 0, 2)
		}
		t.opensTorn([]byte("none\n"), "line 1")
	})
}

// opensTorn opens a registry of a torn file, which knows the executors of these numbers and tells what it does not.
func (t *world) opensTorn(file []byte, lost string, known ...int) {
	t.Helper()
	put(t, t.files, registryName, file)
	r := t.openRegistry()
	for _, n := range known {
		if !t.knows(r, n) {
			t.Errorf("executor %d is not known", n)
		}
	}
	if r.Len() != len(known) {
		t.Errorf("%d executors are known, want %d", r.Len(), len(known))
	}
	if told := r.Lost(); len(told) != 1 || !strings.Contains(told[0].Error(), lost) || !strings.Contains(told[0].Error(), registryName) {
		t.Errorf("it told %v, want %q", told, lost)
	}
	if kept := get(t, t.files, registryName+".torn"); !bytes.Equal(kept, file) {
		t.Errorf("kept is %q", kept)
	}
	if again := t.openRegistry(); again.Len() != len(known) || again.Lost() != nil {
		t.Errorf("opened again: %d executors, %v", again.Len(), again.Lost())
	}
}

// TestTornRegistryOnAFullDisk: a full disk is what tears files, and is no reason not to serve.
func TestTornRegistryOnAFullDisk(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		t.mustRegister(r, 0)
		put(t, t.files, registryName, append(get(t, t.files, registryName), "{"...))
		disk := &fullDisk{Files: t.files}
		for range 2 { // what is read is still there the next time
			r, err := t.registry(disk)
			if err != nil || !t.knows(r, 0) || len(r.Lost()) != 2 || !errors.Is(r.Lost()[0], shuffle.ErrTorn) || !errors.Is(r.Lost()[1], syscall.ENOSPC) {
				t.Fatalf("%v, %v", err, r.Lost())
			}
		}
	})
}

// TestRegistryFileIsTaken: what is kept for good is kept also when somebody removes the file, or puts another in its place,
// while it is written to.
func TestRegistryFileIsTaken(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		t.mustRegister(r, 0)
		if err := t.files.Remove(registryName); err != nil {
			t.Fatal(err)
		}
		t.mustRegister(r, 1)
		again := t.openRegistry()
		if !t.knows(again, 0) || !t.knows(again, 1) {
			t.Errorf("%d executors are known after the file was removed", again.Len())
		}
		put(t, t.files, registryName+".old", nil)
		if err := t.files.Rename(registryName+".old", registryName); err != nil {
			t.Fatal(err)
		}
		t.mustRegister(again, 2)
		if last := t.openRegistry(); last.Len() != 3 {
			t.Errorf("%d executors are known after another file got its name", last.Len())
		}
	})
}
