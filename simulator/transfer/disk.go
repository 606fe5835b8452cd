// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

// errDiskFull is what a full disk says.
var errDiskFull = errors.New("no space left on device")

// disk is a host's files, of which it knows how many are open, and which may fill up.
type disk struct {
	api.Files
	open atomic.Int64
	room atomic.Int64 // bytes that can still be written
}

// newDisk returns a disk that has room for everything, or for a part of it.
func newDisk(files api.Files, r *rand.Rand) *disk {
	d := &disk{Files: files}
	d.room.Store(1 << 40)
	if r.IntN(2) == 0 {
		d.room.Store(r.Int64N(1 << 20))
	}
	return d
}

func (d *disk) Open(name string) (api.File, error)   { return d.opened(d.Files.Open(name)) }
func (d *disk) Create(name string) (api.File, error) { return d.opened(d.Files.Create(name)) }

func (d *disk) opened(f api.File, err error) (api.File, error) {
	if err != nil {
		return nil, err
	}
	d.open.Add(1)
	return &diskFile{f, d}, nil
}

type diskFile struct {
	api.File
	disk *disk
}

func (f *diskFile) Write(p []byte) (int, error) {
	if f.disk.room.Add(-int64(len(p))) < 0 {
		return 0, &fs.PathError{Op: "write", Path: "temporary file", Err: errDiskFull}
	}
	return f.File.Write(p)
}

func (f *diskFile) Close() error {
	f.disk.open.Add(-1)
	return f.File.Close()
}

// names lists a directory.
func (d *disk) names(dir string) ([]string, error) {
	entries, err := d.ReadDir(dir)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}
