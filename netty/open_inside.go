// SPDX-License-Identifier: Apache-2.0

package netty

import (
	stderrors "errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/api"
)

var _ = []api.InsideOpener{osFiles{}, (*dirFiles)(nil), (*mountFiles)(nil), (*Root)(nil)}

// openInside opens a regular file below root, which it closes.
func openInside(root *os.Root, err error, name string) (api.File, error) {
	if err != nil {
		return nil, errors.WithStack(err)
	}
	defer root.Close() //nolint:errcheck // opened for reading
	name = filepath.FromSlash(name)
	info, err := root.Stat(name)
	switch {
	case err != nil:
		return nil, errors.WithStack(err)
	case !info.Mode().IsRegular(): // opening others may take for ever
		return nil, errors.WithStack(&fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid})
	}
	return file(openAtOnce(root, name)) // by now it may be another
}

// OpenInside implements api.InsideOpener.
func (osFiles) OpenInside(dir, name string) (api.File, error) {
	root, err := os.OpenRoot(filepath.FromSlash(dir))
	return openInside(root, err, name)
}

// OpenInside implements api.InsideOpener.
func (d *dirFiles) OpenInside(dir, name string) (api.File, error) {
	return d.osFiles.OpenInside(d.at(dir), name)
}

// OpenInside implements api.InsideOpener.
func (r *Root) OpenInside(dir, name string) (api.File, error) {
	root, err := r.root.OpenRoot(local(dir))
	return openInside(root, err, name)
}

// OpenInside implements api.InsideOpener. Below a directory of base nothing is mounted.
func (m *mountFiles) OpenInside(dir, name string) (api.File, error) {
	if p, ok := m.find(dir); ok {
		return osFiles{}.OpenInside(p, name)
	}
	base, ok := m.base.(api.InsideOpener)
	if !ok {
		return nil, errors.WithStack(&fs.PathError{Op: "open inside", Path: dir, Err: stderrors.ErrUnsupported})
	}
	return base.OpenInside(dir, name)
}
