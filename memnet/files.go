// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/twinwire/twinwire/api"
)

// Files is the disk of a simulated host: a tree in memory, with file systems of the machine mounted in it read-only.
// A crash keeps what was synced, and a part of the rest.
type Files struct {
	host *Host
	top  *node
	disk disk
}

var _ api.Files = (*Files)(nil)

//go:norace
func newFiles(h *Host) *Files {
	return &Files{host: h, top: &node{children: &directory{}}, disk: h.newDisk()}
}

// Mount shows fsys read-only at dir, which is made. How symbolic links are followed is fsys's affair; os.DirFS follows
// them. Its contents must not change while worlds run.
//
//go:norace
func (f *Files) Mount(dir string, fsys fs.FS) error {
	f.host.outside("Files.Mount")
	if err := f.MkdirAll(dir); err != nil {
		return err
	}
	p, err := f.find(dir)
	switch {
	case err != nil:
	case p.fsys != nil, p.parent == nil:
		err = fs.ErrPermission
	case p.node.children.size() > 0:
		err = fs.ErrExist
	default:
		p.node.mounted = fsys
	}
	return f.fail("mount", dir, err)
}

// Open implements api.Files.
//
//go:norace
func (f *Files) Open(name string) (api.File, error) {
	f.take("Files.Open")
	p, err := f.find(name)
	switch {
	case err != nil:
		return nil, f.fail("open", name, err)
	case p.fsys != nil:
		return openMounted(p.fsys, p.inside)
	case p.node == nil:
		return nil, f.fail("open", name, fs.ErrNotExist)
	}
	return &file{files: f, name: name, node: p.node}, nil
}

// Create implements api.Files.
//
//go:norace
func (f *Files) Create(name string) (api.File, error) {
	f.take("Files.Create")
	p, err := f.find(name)
	switch {
	case err != nil:
	case p.fsys != nil:
		err = fs.ErrPermission
	case p.node != nil && p.node.dir():
		err = errIsDir
	case p.node == nil:
		p.node = &node{modified: f.now()}
		p.parent.children.put(p.base, p.node)
	default:
		f.disk.dropped(p.node)
		p.node.empty()
		p.node.modified = f.now()
	}
	if err != nil {
		return nil, f.fail("create", name, err)
	}
	f.tell(kindCreate, name, 0)
	return &file{files: f, name: name, node: p.node, writes: true}, nil
}

// Rename implements api.Files.
//
//go:norace
func (f *Files) Rename(from, to string) error {
	f.take("Files.Rename")
	return f.fail("rename", from, f.rename(from, to))
}

//go:norace
func (f *Files) rename(from, to string) error {
	a, err := f.find(from)
	if err != nil {
		return err
	}
	b, err := f.find(to)
	switch {
	case err != nil:
		return err
	case a.fsys != nil || b.fsys != nil || a.node != nil && a.parent == nil:
		return fs.ErrPermission
	case a.node == nil:
		return fs.ErrNotExist
	case b.node == a.node:
		return nil
	case a.node.holds(b.parent):
		return fs.ErrInvalid
	case b.node != nil && a.node.dir() && !b.node.dir():
		return errNotDir
	case b.node != nil && b.node.dir() && (!a.node.dir() || b.node.children.size() > 0):
		return fs.ErrExist
	}
	f.disk.dropped(b.node)
	a.parent.children.remove(a.base)
	b.parent.children.put(b.base, a.node)
	f.tell(kindRename, wholeName(from)+" to "+wholeName(to), 0)
	return nil
}

// holds reports whether n is dir or lies above it.
//
//go:norace
func (n *node) holds(dir *node) bool {
	if n == dir {
		return true
	}
	if !n.dir() {
		return false
	}
	for _, e := range n.children.entries {
		if e.node.holds(dir) {
			return true
		}
	}
	return false
}

// Remove implements api.Files.
//
//go:norace
func (f *Files) Remove(name string) error {
	f.take("Files.Remove")
	p, err := f.find(name)
	switch {
	case err != nil:
	case p.fsys != nil, p.node != nil && p.parent == nil:
		err = fs.ErrPermission
	case p.node == nil:
		err = fs.ErrNotExist
	case p.node.children.size() > 0:
		err = errNotEmpty
	default:
		f.disk.dropped(p.node)
		p.parent.children.remove(p.base)
		f.tell(kindRemove, name, 0)
	}
	return f.fail("remove", name, err)
}

// MkdirAll implements api.Files.
//
//go:norace
func (f *Files) MkdirAll(name string) error {
	f.host.outside("Files.MkdirAll")
	at := "/"
	// Not SplitSeq: the race detector would see the body of such a loop.
	for _, part := range strings.Split(strings.Trim(path.Clean("/"+name), "/"), "/") { //nolint:modernize // see above
		if part == "" {
			break
		}
		at = path.Join(at, part)
		p, err := f.find(at)
		switch {
		case err != nil:
			return f.fail("mkdir", name, err)
		case p.fsys != nil && p.node == nil:
			info, err := fs.Stat(p.fsys, p.inside)
			if err != nil || !info.IsDir() {
				return f.fail("mkdir", name, fs.ErrPermission)
			}
		case p.node == nil:
			p.parent.children.put(p.base, &node{children: &directory{}, modified: f.now()})
		case !p.node.dir():
			return f.fail("mkdir", name, errNotDir)
		}
	}
	return nil
}

// ReadDir implements api.Files.
//
//go:norace
func (f *Files) ReadDir(name string) ([]fs.DirEntry, error) {
	f.host.outside("Files.ReadDir")
	p, err := f.find(name)
	switch {
	case err != nil:
		return nil, f.fail("readdir", name, err)
	case p.fsys != nil:
		return fs.ReadDir(p.fsys, p.inside)
	case p.node == nil:
		return nil, f.fail("readdir", name, fs.ErrNotExist)
	case !p.node.dir():
		return nil, f.fail("readdir", name, errNotDir)
	}
	var all []fs.DirEntry
	for _, e := range p.node.children.entries {
		all = append(all, e.node.info(e.name))
	}
	return all, nil
}

// Stat implements api.Files.
//
//go:norace
func (f *Files) Stat(name string) (fs.FileInfo, error) {
	f.host.outside("Files.Stat")
	p, err := f.find(name)
	switch {
	case err != nil:
		return nil, f.fail("stat", name, err)
	case p.fsys != nil && p.node == nil:
		return fs.Stat(p.fsys, p.inside)
	case p.node == nil:
		return nil, f.fail("stat", name, fs.ErrNotExist)
	}
	return p.node.info(p.base), nil
}

//go:norace
func (f *Files) now() time.Time { return f.host.time() }

//go:norace
func (f *Files) fail(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: fmt.Sprintf("%s:%s", f.host.name, name), Err: err}
}
