// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/twinwire/twinwire/api"
)

// servedFile is a file that is on its way to another env: the disk of a segment, on which it is the only file. It is
// looked at when it is asked for, and must be the same when it is opened, for its size was told by then.
type servedFile struct {
	api.Files
	dir  string // that it must not be outside of; empty: name is the whole path
	name string
	info fs.FileInfo
}

// segment returns the file as it is now; nil when there is none that can be served.
func (s *servedFile) segment() (api.ManagedBuffer, error) {
	f, err := s.open()
	if err != nil {
		return nil, nil // who asks need not know why he does not get it
	}
	defer f.Close() // opened for reading
	if s.info, err = f.Stat(); err != nil || !s.info.Mode().IsRegular() {
		return nil, nil // likewise
	}
	return api.NewFileSegment(s, path.Join(s.dir, s.name), 0, s.info.Size()), nil
}

// Open opens the file for the segment.
func (s *servedFile) Open(string) (api.File, error) {
	f, err := s.open()
	if err != nil {
		return nil, err
	}
	now, err := f.Stat()
	if err == nil && (now.Size() != s.info.Size() || !now.ModTime().Equal(s.info.ModTime())) {
		err = fmt.Errorf("%s: %w", path.Join(s.dir, s.name), errFileChanged)
	}
	if err != nil {
		f.Close() // opened for reading
		return nil, err
	}
	return f, nil
}

var (
	errFileChanged = errors.New("the file has changed since it was asked for")
	errLink        = errors.New("a symbolic link")
)

func (s *servedFile) open() (api.File, error) {
	if s.dir == "" {
		info, err := s.Stat(s.name)
		if err == nil && !info.Mode().IsRegular() { // opening others may take for ever
			err = fs.ErrInvalid
		}
		if err != nil {
			return nil, err
		}
		return s.Files.Open(s.name)
	}
	if inside, ok := s.Files.(api.InsideOpener); ok {
		if f, err := inside.OpenInside(s.dir, s.name); !errors.Is(err, errors.ErrUnsupported) {
			return f, err
		}
	}
	if err := s.refuseLinks(); err != nil {
		return nil, err
	}
	return s.Files.Open(path.Join(s.dir, s.name))
}

// refuseLinks fails when a symbolic link is on the way to the file.
func (s *servedFile) refuseLinks() error {
	at := s.dir
	for name := range strings.SplitSeq(s.name, "/") {
		entries, err := s.ReadDir(at)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Name() == name && e.Type()&fs.ModeSymlink != 0 {
				return fmt.Errorf("%s in %s: %w", name, at, errLink)
			}
		}
		at = path.Join(at, name)
	}
	return nil
}
