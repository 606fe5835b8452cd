// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
)

const registryName = "top/registry"

// registry opens the registry of the world's disk.
func (t *world) registry(files api.Files) (*shuffle.Registry, error) {
	t.Helper()
	if err := t.files.MkdirAll("top"); err != nil {
		t.Fatal(err)
	}
	return shuffle.OpenRegistry(t.rt, shuffle.RegistryConfig{
		Roots: shuffle.Roots{{Names: []string{"/top"}, Files: files}},
		File:  shuffle.Place{Files: files, Name: registryName, Path: "/" + registryName},
	})
}

func (t *world) openRegistry() *shuffle.Registry {
	t.Helper()
	r, err := t.registry(t.files)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// executor is the id and the information of the n-th executor, whose only directory exists.
func (t *world) executor(n int) (shuffle.ExecutorID, shuffle.ExecutorInfo) {
	t.Helper()
	dir := fmt.Sprintf("blockmgr-%d", n)
	if err := t.files.MkdirAll(dir); err != nil {
		t.Fatal(err)
	}
	return shuffle.ExecutorID{AppID: "app", ExecID: fmt.Sprint(n)}, shuffle.ExecutorInfo{LocalDirs: []string{"/top/" + dir}, SubDirs: int32(n + 1), Manager: "sort"}
}

// register registers and waits for the answer.
func (t *world) register(r *shuffle.Registry, id shuffle.ExecutorID, info shuffle.ExecutorInfo) error {
	t.Helper()
	answers := api.NewQueue[error](t.rt, 1)
	r.Register(id, info, func(err error) {
		if err := answers.Put(t.ctx, err); err != nil {
			t.Error(err)
		}
	})
	answer, err := answers.Get(t.ctx)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (t *world) mustRegister(r *shuffle.Registry, n int) {
	t.Helper()
	id, info := t.executor(n)
	if err := t.register(r, id, info); err != nil {
		t.Fatal(err)
	}
}

// knows says whether the n-th executor is registered as it told.
func (t *world) knows(r *shuffle.Registry, n int) bool {
	t.Helper()
	id, want := t.executor(n)
	dirs, info, err := r.Find(id)
	return err == nil && info.SubDirs == want.SubDirs && info.Manager == want.Manager &&
		len(dirs.Local) == 1 && dirs.Local[0].Path == want.LocalDirs[0] && dirs.SubDirs == want.SubDirs
}

// TestRegistrySurvives: what was answered is known after a restart, whether the registry was closed or not.
func TestRegistrySurvives(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		for n := range 5 {
			t.mustRegister(r, n)
		}
		again := t.openRegistry() // r was not closed, as after a crash
		t.mustRegister(again, 5)
		if err := again.Close(); err != nil {
			t.Error(err)
		}
		third := t.openRegistry()
		for n := range 6 {
			if !t.knows(third, n) {
				t.Errorf("executor %d is not known", n)
			}
		}
		if third.Len() != 6 {
			t.Errorf("%d executors", third.Len())
		}
	})
}

// TestLastRegistrationCounts, in the registry and in its file.
func TestLastRegistrationCounts(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		t.mustRegister(r, 0)
		id, info := t.executor(0)
		info.SubDirs = 99
		if err := t.register(r, id, info); err != nil {
			t.Fatal(err)
		}
		for _, r := range []*shuffle.Registry{r, t.openRegistry()} {
			if _, got, err := r.Find(id); got.SubDirs != 99 || err != nil || r.Len() != 1 {
				t.Errorf("%+v, %v", got, err)
			}
		}
	})
}

// TestRegistryForgets those whose directories are gone, and those that lie elsewhere now.
func TestRegistryForgets(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		for n := range 3 {
			t.mustRegister(r, n)
		}
		if gone := r.Sweep(); gone != 0 {
			t.Errorf("%d are forgotten", gone)
		}
		if err := t.files.Remove("blockmgr-1"); err != nil {
			t.Fatal(err)
		}
		if gone := r.Sweep(); gone != 1 || r.Len() != 2 {
			t.Errorf("%d are forgotten, %d are left", gone, r.Len())
		}
		if r := t.openRegistry(); r.Len() != 2 || len(r.Lost()) != 1 || !strings.Contains(r.Lost()[0].Error(), "application app executor 1: ") {
			t.Errorf("%d after the restart, told %v", r.Len(), r.Lost())
		}
		elsewhere, err := shuffle.OpenRegistry(t.rt, shuffle.RegistryConfig{
			Roots: shuffle.Roots{{Names: []string{"/other"}, Files: t.files}},
			File:  shuffle.Place{Files: t.files, Name: registryName, Path: "/" + registryName},
		})
		if err != nil || elsewhere.Len() != 0 || len(elsewhere.Lost()) != 2 {
			t.Errorf("%d elsewhere, %v, told %v", elsewhere.Len(), err, elsewhere.Lost())
		}
	})
}

// blindDisk is a disk that nothing can be looked at of.
type blindDisk struct {
	api.Files
	cause error
}

func (d *blindDisk) Stat(name string) (fs.FileInfo, error) {
	if d.cause != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: d.cause}
	}
	return d.Files.Stat(name)
}

// TestRegistryForgetsNobodyItCannotSee: that all descriptors are in use for a moment does not cost every executor.
func TestRegistryForgetsNobodyItCannotSee(t *testing.T) {
	inWorlds(t, func(t *world) {
		disk := &blindDisk{Files: t.files}
		r, err := t.registry(disk)
		if err != nil {
			t.Fatal(err)
		}
		t.mustRegister(r, 0)
		for _, disk.cause = range []error{syscall.EMFILE, syscall.EIO, syscall.EACCES} {
			if gone := r.Sweep(); gone != 0 || r.Len() != 1 {
				t.Errorf("%v: %d are forgotten", disk.cause, gone)
			}
		}
		if disk.cause = fs.ErrNotExist; r.Sweep() != 1 {
			t.Error("one whose directory is gone is not forgotten")
		}
	})
}

// TestRegistryRefuses what could not be kept as it is.
func TestRegistryRefuses(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		good, info := t.executor(0)
		for _, bad := range []string{"", "a\nb", "a\x00b", "\xff", strings.Repeat("x", 5000)} {
			for _, id := range []shuffle.ExecutorID{{AppID: bad, ExecID: "1"}, {AppID: "app", ExecID: bad}} {
				if err := t.register(r, id, info); !errors.Is(err, shuffle.ErrRefused) {
					t.Errorf("%q: %v", id, err)
				}
			}
			if other := info; bad != "" {
				other.Manager = bad
				if err := t.register(r, good, other); !errors.Is(err, shuffle.ErrRefused) {
					t.Errorf("manager %q: %v", bad, err)
				}
			}
		}
		// Ids are keys: a path in one leads nowhere.
		id := shuffle.ExecutorID{AppID: "../../etc", ExecID: "/../"}
		if err := t.register(r, id, info); err != nil {
			t.Error(err)
		}
		if dirs, _, err := r.Find(id); err != nil || dirs.Local[0].Path != info.LocalDirs[0] {
			t.Error(dirs, err)
		}
	})
}

// TestRegistryLimit: one more executor than may be is refused, one that is known is not.
func TestRegistryLimit(t *testing.T) {
	inWorlds(t, func(t *world) {
		r, err := shuffle.OpenRegistry(t.rt, shuffle.RegistryConfig{Limit: 2, Roots: shuffle.Roots{{Names: []string{"/top"}, Files: t.files}}})
		if err != nil {
			t.Fatal(err)
		}
		t.mustRegister(r, 0)
		t.mustRegister(r, 1)
		t.mustRegister(r, 1)
		id, info := t.executor(2)
		if err := t.register(r, id, info); !errors.Is(err, shuffle.ErrRefused) {
			t.Error(err)
		}
	})
}

// TestRegistryDiskFull: what could not be kept is not registered and its executor is told; later ones are kept whole.
func TestRegistryDiskFull(t *testing.T) {
	inWorlds(t, func(t *world) {
		disk := &fullDisk{Files: t.files, left: 1 << 30}
		r, err := t.registry(disk)
		if err != nil {
			t.Fatal(err)
		}
		t.mustRegister(r, 0)
		disk.left = 0
		id, info := t.executor(1)
		if err := t.register(r, id, info); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("full: %v", err)
		}
		disk.left = 1 << 30
		t.mustRegister(r, 2)
		again := t.openRegistry()
		if !t.knows(again, 0) || t.knows(again, 1) || !t.knows(again, 2) {
			t.Errorf("%d executors", again.Len())
		}
	})
}

func mustClose(t *world, r *shuffle.Registry) {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestRegistryOpensOnAFullDisk: what was registered is served, for a service is needed most when the disk is full. Only who
// comes anew is told, until there is room.
func TestRegistryOpensOnAFullDisk(t *testing.T) {
	inWorlds(t, func(t *world) {
		disk := &fullDisk{Files: t.files}
		if _, err := t.registry(disk); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("full, and nothing is known: %v", err)
		}
		disk.left = 1 << 30
		r, err := t.registry(disk)
		if err != nil || r.Kept() != nil {
			t.Fatal(err, r.Kept())
		}
		t.mustRegister(r, 1)
		mustClose(t, r)
		for left := range 3 { // create, write, rename
			disk.left = left
			r, err := t.registry(disk)
			if err != nil || !errors.Is(r.Kept(), syscall.ENOSPC) || !t.knows(r, 1) {
				t.Fatalf("full after %d steps: %v", left, err)
			}
			disk.left = 0
			id, info := t.executor(2)
			if err := t.register(r, id, info); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("registered on a full disk: %v", err)
			}
			mustClose(t, r)
		}
		disk.left = 0
		if r, err = t.registry(disk); err != nil {
			t.Fatal(err)
		}
		disk.left = 1 << 30
		t.mustRegister(r, 3)
		mustClose(t, r)
		if r = t.openRegistry(); !t.knows(r, 1) || t.knows(r, 2) || !t.knows(r, 3) {
			t.Error("afterwards it does not know what it should")
		}
		mustClose(t, r)
	})
}

// TestRegistryFileStaysShort: executors that register again and again do not fill the disk.
func TestRegistryFileStaysShort(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		for range 2500 {
			t.mustRegister(r, 0)
		}
		if lines := bytes.Count(get(t, t.files, registryName), []byte("\n")); lines > 1200 {
			t.Errorf("%d lines for one executor", lines)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		id, info := t.executor(1)
		if err := t.register(r, id, info); err == nil {
			t.Error("a closed registry takes a registration")
		}
	})
}

// TestRegistrationsTogether: many at once are all kept.
func TestRegistrationsTogether(t *testing.T) {
	inWorlds(t, func(t *world) {
		r := t.openRegistry()
		all := api.NewGroup(t.rt)
		for n := range 40 {
			all.Go("register", func() error {
				id, info := t.executor(n)
				return t.register(r, id, info)
			})
		}
		if err := all.Wait(t.ctx); err != nil {
			t.Fatal(err)
		}
		if again := t.openRegistry(); again.Len() != 40 {
			t.Errorf("%d executors", again.Len())
		}
	})
}
