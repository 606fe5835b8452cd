// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"io/fs"
	"path"
	"path/filepath"

	"github.com/twinwire/twinwire/api"
)

// dirFiles is a disk of one's own below a directory of the machine.
type dirFiles struct {
	dir string // with slashes
	osFiles
}

var _ api.Files = (*dirFiles)(nil)

// DirFiles returns the files below dir, an existing directory of the machine, as a disk of their own: every name starts
// there, a leading slash or not, and ".." does not lead out. Symbolic links are followed wherever they point, so dir
// must belong to the process.
func DirFiles(dir string) api.Files { return &dirFiles{dir: filepath.ToSlash(dir)} }

func (d *dirFiles) at(name string) string { return path.Join(d.dir, path.Clean("/"+name)) }

func (d *dirFiles) Open(name string) (api.File, error) { return d.osFiles.Open(d.at(name)) }

func (d *dirFiles) Create(name string) (api.File, error) { return d.osFiles.Create(d.at(name)) }

func (d *dirFiles) Rename(from, to string) error { return d.osFiles.Rename(d.at(from), d.at(to)) }

func (d *dirFiles) Remove(name string) error { return d.osFiles.Remove(d.at(name)) }

func (d *dirFiles) MkdirAll(name string) error { return d.osFiles.MkdirAll(d.at(name)) }

func (d *dirFiles) ReadDir(name string) ([]fs.DirEntry, error) { return d.osFiles.ReadDir(d.at(name)) }

func (d *dirFiles) Stat(name string) (fs.FileInfo, error) { return d.osFiles.Stat(d.at(name)) }
