// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/api"
)

// osFiles is the machine's disk.
type osFiles struct{}

var _ api.Files = osFiles{}

// OSFiles returns the machine's files. Names are paths of the machine with forward slashes; relative ones start at the
// working directory. Open and Create return bare *os.File values, which connections send without copying. Errors carry
// a stack.
func OSFiles() api.Files { return osFiles{} }

func (osFiles) Open(name string) (api.File, error) { return file(os.Open(filepath.FromSlash(name))) }

func (osFiles) Create(name string) (api.File, error) {
	return file(os.Create(filepath.FromSlash(name)))
}

// file keeps a nil *os.File from becoming an api.File that is not nil.
func file(f *os.File, err error) (api.File, error) {
	if err != nil {
		return nil, errors.WithStack(err)
	}
	return f, nil
}

func (osFiles) Rename(from, to string) error {
	return errors.WithStack(os.Rename(filepath.FromSlash(from), filepath.FromSlash(to)))
}

func (osFiles) Remove(name string) error {
	return errors.WithStack(os.Remove(filepath.FromSlash(name)))
}

func (osFiles) MkdirAll(name string) error {
	return errors.WithStack(os.MkdirAll(filepath.FromSlash(name), 0o777))
}

func (osFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(filepath.FromSlash(name))
	return entries, errors.WithStack(err)
}

func (osFiles) Stat(name string) (fs.FileInfo, error) {
	info, err := os.Stat(filepath.FromSlash(name))
	return info, errors.WithStack(err)
}
