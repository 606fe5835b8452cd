// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/api"
)

// Root is a directory of the machine that local directories may lie in.
type Root struct {
	// Names are the absolute paths by which executors may call it.
	Names []string
	// Files are the files below it: names start there, and no name, symbolic links included, may lead out.
	Files api.Files
}

// Roots are the directories that a service may touch files in. What lies in none of them is refused.
type Roots []Root

const (
	maxDirs    = 1024
	maxText    = 4096 // bytes of a directory, an id or a class name
	maxSubDirs = 1 << 20
)

// Dirs finds the local directories of an executor. The error matches [ErrRefused].
func (r Roots) Dirs(info ExecutorInfo) (Dirs, error) {
	if n := len(info.LocalDirs); n == 0 || n > maxDirs {
		return Dirs{}, refuse("%d local directories, want 1 to %d", n, maxDirs)
	}
	if n := info.SubDirs; n < 1 || n > maxSubDirs {
		return Dirs{}, refuse("%d sub-folders of a local directory, want 1 to %d", n, maxSubDirs)
	}
	d := Dirs{SubDirs: info.SubDirs}
	for _, name := range info.LocalDirs {
		dir, err := r.dir(name)
		if err != nil {
			return Dirs{}, err
		}
		d.Local = append(d.Local, dir)
	}
	return d, nil
}

func (r Roots) dir(name string) (Dir, error) {
	switch {
	case !path.IsAbs(name), len(name) > maxText, !plainText(name):
		return Dir{}, refuse("local directory %.200q: not an absolute path", name)
	case slices.Contains(strings.Split(name, "/"), ".."):
		return Dir{}, refuse("local directory %.200q: .. in it", name)
	}
	clean := path.Clean(name)
	for _, root := range r {
		for _, top := range root.Names {
			inside, ok := below(clean, path.Clean(top))
			if !ok {
				continue
			}
			if _, err := root.Files.Stat(inside); err != nil && !errors.Is(err, fs.ErrNotExist) { // such as a link that leads out
				return Dir{}, refuseOutside(name)
			}
			return Dir{Files: root.Files, Name: inside, Path: name}, nil
		}
	}
	return Dir{}, refuseOutside(name)
}

func refuseOutside(name string) error {
	return refuse("localDirs entry is not under any of the service's local directories: %s", name)
}

// below returns the way from top down to dir; dir must not be top itself.
func below(dir, top string) (string, bool) {
	if top != "/" {
		top += "/"
	}
	inside, ok := strings.CutPrefix(dir, top)
	return inside, ok && inside != ""
}

// RefusedError says why a registration is not accepted. It matches [ErrRefused].
type RefusedError struct{ Why string }

func refuse(format string, args ...any) error {
	return &RefusedError{Why: fmt.Sprintf(format, args...)}
}

// Error returns the reason.
func (e *RefusedError) Error() string { return e.Why }

// Is makes errors.Is(err, ErrRefused) true.
func (*RefusedError) Is(target error) bool { return target == ErrRefused }

// JavaText is the class and text that Spark's service refuses with.
func (e *RefusedError) JavaText() string { return "java.lang.IllegalArgumentException: " + e.Why }
