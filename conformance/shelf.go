// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/twinwire/twinwire/api"
)

// shelf is a disk of files that can only be read. It notes which were opened.
type shelf struct {
	t     *trial
	files map[string]string // by absolute path
	links map[string]string // symbolic ones, to files and directories

	// Guarded by the trial's lock.
	opened []string
	most   int // bytes read at once
}

var _ api.Files = (*shelf)(nil)

// follow resolves the symbolic links of name.
func (s *shelf) follow(name string) string {
	at := "/"
	for part := range strings.SplitSeq(path.Clean("/"+name), "/") {
		at = path.Join(at, part)
		if target, ok := s.links[at]; ok {
			at = target
		}
	}
	return at
}

func (s *shelf) Open(name string) (api.File, error) {
	name = s.follow(name)
	text, ok := s.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	s.t.record(func() { s.opened = append(s.opened, name) })
	return &shelvedFile{Reader: strings.NewReader(text), name: name, shelf: s}, nil
}

func (s *shelf) Stat(name string) (fs.FileInfo, error) {
	at := s.follow(name)
	if text, ok := s.files[at]; ok {
		return shelved{name: path.Base(name), size: int64(len(text))}, nil
	}
	if len(s.below(at)) > 0 {
		return shelved{name: path.Base(name), mode: fs.ModeDir}, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// below returns what a directory holds, sorted.
func (s *shelf) below(dir string) []shelved {
	found := map[string]shelved{}
	add := func(p string, e shelved) {
		rest, ok := strings.CutPrefix(p, strings.TrimSuffix(dir, "/")+"/")
		if !ok {
			return
		}
		name, _, deeper := strings.Cut(rest, "/")
		e.name = name
		if deeper {
			e.mode, e.size = fs.ModeDir, 0
		}
		found[name] = e
	}
	for p, text := range s.files {
		add(p, shelved{size: int64(len(text))})
	}
	for p := range s.links {
		add(p, shelved{mode: fs.ModeSymlink})
	}
	var all []shelved
	for _, e := range found {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b shelved) int { return strings.Compare(a.name, b.name) })
	return all
}

func (s *shelf) ReadDir(name string) ([]fs.DirEntry, error) {
	var entries []fs.DirEntry
	for _, e := range s.below(s.follow(name)) {
		entries = append(entries, fs.FileInfoToDirEntry(e))
	}
	if entries == nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	return entries, nil
}

func (s *shelf) Create(string) (api.File, error) { return nil, fs.ErrPermission }
func (s *shelf) Rename(string, string) error     { return fs.ErrPermission }
func (s *shelf) Remove(string) error             { return fs.ErrPermission }
func (s *shelf) MkdirAll(string) error           { return fs.ErrPermission }

// shelvedFile is an open file.
type shelvedFile struct {
	*strings.Reader
	name  string
	shelf *shelf
}

var _ api.File = (*shelvedFile)(nil)

func (*shelvedFile) Write([]byte) (int, error) { return 0, fs.ErrPermission }
func (*shelvedFile) Sync() error               { return nil }
func (*shelvedFile) Close() error              { return nil }

func (f *shelvedFile) ReadAt(b []byte, at int64) (int, error) {
	f.shelf.t.record(func() { f.shelf.most = max(f.shelf.most, len(b)) })
	n, err := f.Reader.ReadAt(b, at)
	if n == len(b) && err == io.EOF {
		err = nil
	}
	return n, err
}

func (f *shelvedFile) Stat() (fs.FileInfo, error) {
	return shelved{name: path.Base(f.name), size: f.Size()}, nil
}

// shelved describes a file, directory or link.
type shelved struct {
	name string
	size int64
	mode fs.FileMode
}

var _ fs.FileInfo = shelved{}

func (s shelved) Name() string       { return s.name }
func (s shelved) Size() int64        { return s.size }
func (s shelved) Mode() fs.FileMode  { return s.mode }
func (s shelved) ModTime() time.Time { return time.Time{} }
func (s shelved) IsDir() bool        { return s.mode.IsDir() }
func (s shelved) Sys() any           { return nil }
