// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/api"
)

// mountFiles is base with paths of the machine mounted over it.
type mountFiles struct {
	base   api.Files
	mounts []mount // the longest prefix first
}

// mount says which path of the machine stands at a name.
type mount struct{ prefix, path string }

var _ api.Files = (*mountFiles)(nil)

// MountFiles returns base with files and directories of the machine mounted read only: mounts maps a name, "input", to
// the path that stands there; "input/a/b" is then "a/b" below that path, and where the path is a file the name itself is
// it. The longest name wins. Changing what is mounted fails with fs.ErrPermission; everything else goes to base, which
// does not list the mounted names.
func MountFiles(base api.Files, mounts map[string]string) api.Files {
	m := &mountFiles{base: base}
	for _, prefix := range slices.Sorted(maps.Keys(mounts)) {
		m.mounts = append(m.mounts, mount{prefix: cleanName(prefix), path: filepath.ToSlash(mounts[prefix])})
	}
	slices.SortStableFunc(m.mounts, func(a, b mount) int { return len(b.prefix) - len(a.prefix) })
	return m
}

func cleanName(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

// find returns the path of the machine behind name.
func (m *mountFiles) find(name string) (string, bool) {
	name = cleanName(name)
	for _, at := range m.mounts {
		rest, ok := strings.CutPrefix(name, at.prefix)
		switch {
		case ok && rest == "":
			return at.path, true
		case ok && (at.prefix == "" || rest[0] == '/'):
			return path.Join(at.path, rest), true
		}
	}
	return "", false
}

// refuse is the error of changing a mounted name, or nil.
func (m *mountFiles) refuse(op string, names ...string) error {
	for _, name := range names {
		if _, ok := m.find(name); ok {
			return &fs.PathError{Op: op, Path: name, Err: fs.ErrPermission}
		}
	}
	return nil
}

func (m *mountFiles) Open(name string) (api.File, error) {
	if p, ok := m.find(name); ok {
		return osFiles{}.Open(p)
	}
	return m.base.Open(name)
}

func (m *mountFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	if p, ok := m.find(name); ok {
		return osFiles{}.ReadDir(p)
	}
	return m.base.ReadDir(name)
}

func (m *mountFiles) Stat(name string) (fs.FileInfo, error) {
	if p, ok := m.find(name); ok {
		return osFiles{}.Stat(p)
	}
	return m.base.Stat(name)
}

func (m *mountFiles) Create(name string) (api.File, error) {
	if err := m.refuse("create", name); err != nil {
		return nil, err
	}
	return m.base.Create(name)
}

func (m *mountFiles) Rename(from, to string) error {
	if err := m.refuse("rename", from, to); err != nil {
		return err
	}
	return m.base.Rename(from, to)
}

func (m *mountFiles) Remove(name string) error {
	if err := m.refuse("remove", name); err != nil {
		return err
	}
	return m.base.Remove(name)
}

func (m *mountFiles) MkdirAll(name string) error {
	if err := m.refuse("mkdir", name); err != nil {
		return err
	}
	return m.base.MkdirAll(name)
}
