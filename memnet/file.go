// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"syscall"

	"github.com/twinwire/twinwire/api"
)

var (
	errNoSpace     = &diskError{"no space left on device", syscall.ENOSPC}
	errBadName     = &diskError{"invalid argument", syscall.EINVAL}
	errNameTooLong = &diskError{"file name too long", syscall.ENAMETOOLONG}
	errIsDir       = &diskError{"is a directory", syscall.EISDIR}
	errNotDir      = &diskError{"not a directory", syscall.ENOTDIR}
	errNotEmpty    = &diskError{"directory not empty", syscall.ENOTEMPTY}
)

// A diskError is what a disk says. It matches what the machine says then, and reads the same everywhere.
type diskError struct {
	text string
	same error
}

//go:norace
func (e *diskError) Error() string { return e.text }

//go:norace
func (e *diskError) Is(target error) bool { return errors.Is(e.same, target) }

// file is an open file of a host's disk. A file that is renamed or removed stays readable through it.
type file struct {
	files  *Files
	name   string
	node   *node
	writes bool
	closed bool
}

// ReadAt implements io.ReaderAt.
//
//go:norace
func (f *file) ReadAt(b []byte, offset int64) (int, error) {
	f.files.take("File.ReadAt")
	switch {
	case f.closed:
		return 0, f.files.fail("read", f.name, fs.ErrClosed)
	case f.node.dir():
		return 0, f.files.fail("read", f.name, errIsDir)
	case offset < 0:
		return 0, f.files.fail("read", f.name, fs.ErrInvalid)
	case offset >= int64(len(f.node.data)):
		if len(b) == 0 {
			return 0, nil
		}
		return 0, io.EOF
	}
	f.node.filled.acquire()
	n := copy(b, f.node.data[offset:])
	f.files.flip(b[:n], f.name)
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// Write implements io.Writer.
//
//go:norace
func (f *file) Write(b []byte) (int, error) {
	f.files.take("File.Write")
	switch {
	case f.closed:
		return 0, f.files.fail("write", f.name, fs.ErrClosed)
	case !f.writes:
		return 0, f.files.fail("write", f.name, fs.ErrPermission)
	}
	f.node.modified = f.files.now()
	n, err := f.files.append(f.node, f.name, b)
	return n, f.files.fail("write", f.name, err)
}

// Close implements io.Closer.
//
//go:norace
func (f *file) Close() error {
	if f.closed {
		return f.files.fail("close", f.name, fs.ErrClosed)
	}
	f.closed = true
	return nil
}

// Sync implements api.File: what was written so far survives a crash.
//
//go:norace
func (f *file) Sync() error {
	f.files.take("File.Sync")
	if f.closed {
		return f.files.fail("sync", f.name, fs.ErrClosed)
	}
	f.files.sync(f.node, f.name)
	return nil
}

// Stat implements api.File.
//
//go:norace
func (f *file) Stat() (fs.FileInfo, error) {
	if f.closed {
		return nil, f.files.fail("stat", f.name, fs.ErrClosed)
	}
	return f.node.info(f.name), nil
}

// mountedFile is an open file of a mounted file system.
type mountedFile struct {
	io.ReaderAt
	file fs.File
}

// openMounted opens a file of fsys. One that cannot be read at an offset is read into memory.
//
//go:norace
func openMounted(fsys fs.FS, name string) (api.File, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	if at, ok := f.(io.ReaderAt); ok {
		return &mountedFile{ReaderAt: at, file: f}, nil
	}
	info, err := f.Stat()
	var all []byte
	if err == nil && !info.IsDir() {
		all, err = io.ReadAll(f)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &mountedFile{ReaderAt: bytes.NewReader(all), file: f}, nil
}

// Write implements io.Writer: it fails, mounts are read-only.
//
//go:norace
func (f *mountedFile) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "mounted file", Err: fs.ErrPermission}
}

//go:norace
func (f *mountedFile) Close() error { return f.file.Close() }

//go:norace
func (f *mountedFile) Sync() error { return nil }

//go:norace
func (f *mountedFile) Stat() (fs.FileInfo, error) { return f.file.Stat() }
