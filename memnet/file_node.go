// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"io/fs"
	"path"
	"strings"
	"time"
)

// A node is a file, a directory or a mounted file system of a host's disk.
type node struct {
	data     []byte
	filled   edge       // taken by who reads the data
	synced   int        // bytes that survive a crash
	unsynced []unsynced // the writes since
	lied     int        // how many of them a sync that was lost should have kept
	children *directory // nil for a file
	mounted  fs.FS
	modified time.Time
}

//go:norace
func (n *node) dir() bool { return n.children != nil }

// nodeInfo describes a node at one moment. It fills fs.FileInfo and fs.DirEntry.
type nodeInfo struct {
	name     string
	size     int64
	mode     fs.FileMode
	modified time.Time
}

var (
	_ fs.FileInfo = nodeInfo{}
	_ fs.DirEntry = nodeInfo{}
)

//go:norace
func (n *node) info(name string) nodeInfo {
	i := nodeInfo{name: path.Base(name), size: int64(len(n.data)), mode: 0o644, modified: n.modified}
	if n.dir() {
		i.mode = fs.ModeDir | 0o755
	}
	if n.mounted != nil {
		i.mode = fs.ModeDir | 0o555
	}
	return i
}

//go:norace
func (i nodeInfo) Name() string { return i.name }

//go:norace
func (i nodeInfo) Size() int64 { return i.size }

//go:norace
func (i nodeInfo) Mode() fs.FileMode { return i.mode }

//go:norace
func (i nodeInfo) ModTime() time.Time { return i.modified }

//go:norace
func (i nodeInfo) IsDir() bool { return i.mode.IsDir() }

//go:norace
func (i nodeInfo) Sys() any { return nil }

//go:norace
func (i nodeInfo) Type() fs.FileMode { return i.mode.Type() }

//go:norace
func (i nodeInfo) Info() (fs.FileInfo, error) { return i, nil }

// place is where a name leads: to a node, or into a mounted file system.
type place struct {
	parent *node // of the last element; nil for the root
	base   string
	node   *node // nil: nothing there
	fsys   fs.FS
	inside string // the name in fsys
}

// find follows a name. "a/b", "/a/b" and "./a/b" are the same; ".." at the top stays there.
//
//go:norace
func (f *Files) find(name string) (place, error) {
	p := place{node: f.top, base: "/"}
	rest := strings.Trim(path.Clean("/"+name), "/")
	for rest != "" {
		if p.node == nil {
			return p, fs.ErrNotExist
		}
		if p.node.mounted != nil {
			return place{fsys: p.node.mounted, inside: rest}, nil
		}
		if !p.node.dir() {
			return p, errNotDir
		}
		first, more, _ := strings.Cut(rest, "/")
		if err := checkElement(first); err != nil {
			return p, err
		}
		p.parent, p.base, p.node = p.node, first, p.node.children.find(first)
		rest = more
	}
	if p.node != nil && p.node.mounted != nil {
		return place{parent: p.parent, base: p.base, node: p.node, fsys: p.node.mounted, inside: "."}, nil
	}
	return p, nil
}

// maxElement is how long an element of a name may be, in bytes, as on the disks of machines.
const maxElement = 255

// checkElement refuses what a machine does, with its errors.
//
//go:norace
func checkElement(name string) error {
	switch {
	case strings.IndexByte(name, 0) >= 0:
		return errBadName
	case len(name) > maxElement:
		return errNameTooLong
	}
	return nil
}
