// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/twinwire/twinwire/simulator"
)

// mount makes the inputs mounts of a simulated world.
func mount(places []place) []simulator.Mount {
	var mounts []simulator.Mount
	for _, p := range places {
		var fsys fs.FS = loneFile(p.shown)
		if p.folder {
			fsys = folder(p.shown)
		}
		mounts = append(mounts, simulator.Mount{Name: p.mount, FS: fsys})
	}
	return mounts
}

// mountsOf says where the inputs stand in the files of a process: path there to path on the machine.
func mountsOf(places []place) map[string]string {
	m := make(map[string]string, len(places))
	for _, p := range places {
		m[p.path] = p.shown
	}
	return m
}

// folder is a folder of the machine as a file system. Unlike os.DirFS it knows every name that the machine knows, valid
// UTF-8 or not.
type folder string

var (
	_ fs.ReadDirFS = folder("")
	_ fs.StatFS    = folder("")
)

func (f folder) at(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

// Open opens a file of the folder.
func (f folder) Open(name string) (fs.File, error) { return os.Open(f.at(name)) }

// ReadDir lists a folder, sorted by name.
func (f folder) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(f.at(name)) }

// Stat describes what stands at a name, following symbolic links.
func (f folder) Stat(name string) (fs.FileInfo, error) { return os.Stat(f.at(name)) }

// loneFile is a file system with one file, a file of the machine, which it calls fileInMount.
type loneFile string

// Open opens the file.
func (f loneFile) Open(name string) (fs.File, error) {
	if name != fileInMount {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return os.Open(string(f))
}
