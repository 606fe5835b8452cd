// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/api"
)

// Root is a directory of the machine as a disk of its own that nothing leads out of: neither ".." nor a symbolic link,
// whoever made it. Every name starts at the directory, a leading slash or not. Open and Create return bare *os.File
// values, which connections send without copying; Open waits for nobody and refuses what is neither a file nor a directory.
// Safe for concurrent use.
type Root struct{ root *os.Root }

var _ api.Files = (*Root)(nil)

// OpenRoot opens dir, which must exist, as a disk. Close it.
func OpenRoot(dir string) (*Root, error) {
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	return &Root{root: r}, nil
}

// Close gives the directory back. Files that are open stay open.
func (r *Root) Close() error { return errors.WithStack(r.root.Close()) }

// local is the name as os.Root wants it: relative, and "." for the directory itself.
func local(name string) string { return filepath.FromSlash(path.Join(".", path.Clean("/" + name)[1:])) }

// Open implements api.Files.
func (r *Root) Open(name string) (api.File, error) {
	f, err := openAtOnce(r.root, local(name))
	return file(f, err)
}

// openAtOnce opens a file or a directory. To open a pipe would take until somebody writes to it, if that ever happens, and
// whoever may write below the root can put one in a file's place at any time.
func openAtOnce(root *os.Root, name string) (*os.File, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if err != nil {
		f.Close() //nolint:errcheck // opened for reading
		return nil, err
	}
	return f, nil
}

// Create implements api.Files.
func (r *Root) Create(name string) (api.File, error) { return file(r.root.Create(local(name))) }

// Rename implements api.Files.
func (r *Root) Rename(from, to string) error {
	return errors.WithStack(r.root.Rename(local(from), local(to)))
}

// Remove implements api.Files.
func (r *Root) Remove(name string) error { return errors.WithStack(r.root.Remove(local(name))) }

// MkdirAll implements api.Files.
func (r *Root) MkdirAll(name string) error {
	return errors.WithStack(r.root.MkdirAll(local(name), 0o777))
}

// ReadDir implements api.Files.
func (r *Root) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := r.root.Open(local(name))
	if err != nil {
		return nil, errors.WithStack(err)
	}
	defer f.Close() //nolint:errcheck // opened for reading
	entries, err := f.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, errors.WithStack(err)
}

// Stat implements api.Files.
func (r *Root) Stat(name string) (fs.FileInfo, error) {
	info, err := r.root.Stat(local(name))
	return info, errors.WithStack(err)
}
