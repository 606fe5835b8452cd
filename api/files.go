// SPDX-License-Identifier: Apache-2.0

package api

import (
	"io"
	"io/fs"
)

// Files is where blocks, shuffle output and input live: the machine's disk or a simulated one. Names use forward
// slashes. Errors match io/fs's sentinels (fs.ErrNotExist, fs.ErrExist, fs.ErrPermission) with errors.Is. Safe for
// concurrent use.
type Files interface {
	// Open opens an existing file for reading.
	Open(name string) (File, error)
	// Create makes or truncates a file, open for writing and reading. Its directory must exist.
	Create(name string) (File, error)
	// Rename moves a file over whatever stands at the new name, atomically.
	Rename(from, to string) error
	// Remove deletes a file or an empty directory.
	Remove(name string) error
	// MkdirAll makes a directory and those above it; it is no error when they exist.
	MkdirAll(name string) error
	// ReadDir lists a directory, sorted by name. Symbolic links are listed as such, not followed.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Stat describes what stands at name, following symbolic links.
	Stat(name string) (fs.FileInfo, error)
}

// InsideOpener is an optional ability of [Files], found by type assertion: to open a file below a directory so that nothing
// leads out of that, whatever is moved there meanwhile. Without it every symbolic link on the way is refused.
type InsideOpener interface {
	// OpenInside opens the regular file name below dir for reading. It fails for a name, such as "..", or a symbolic link
	// that leads out of dir.
	OpenInside(dir, name string) (File, error)
}

// File is an open file. Reads name their offset, so one File may serve many readers; writes append in order. A bare
// *os.File is one.
type File interface {
	io.ReaderAt
	io.Writer
	io.Closer
	// Sync makes what was written survive a crash of the host.
	Sync() error
	// Stat describes the file as it is now.
	Stat() (fs.FileInfo, error)
}
