// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"os"
	"strconv"
)

// served is what the server of a sample has to offer.
type served struct {
	args   []string // of the server
	blocks int
	folder string // of outputs of maps; "": there are none
}

// lay makes what a cell's server serves. Remove it.
func (b *bench) lay(c cell) (s served, err error) {
	s.blocks = fileSize / max(1, c.block)
	switch {
	case c.ofMaps():
		maps := s.blocks / c.each
		s.blocks = maps * c.each
		if s.folder, err = os.MkdirTemp(bulkDir(), "sparkbench-"); err != nil {
			return s, err
		}
		s.args = []string{s.folder, strconv.Itoa(c.block), strconv.Itoa(maps), strconv.Itoa(c.each)}
		if c.server == serviceServer {
			err = writeFor(s.folder, c.block, maps, c.each)
		}
	case c.block > 0:
		s.args = []string{b.file, strconv.Itoa(c.block)}
	}
	if err != nil {
		err = errors.Join(err, s.remove())
	}
	return s, err
}

func (s served) remove() error {
	if s.folder == "" {
		return nil
	}
	return os.RemoveAll(s.folder)
}

// bulkDir is where bulk files lie: a tmpfs, where there is one. The page cache may drop parts of a file on a disk.
func bulkDir() string {
	const dir = "/dev/shm"
	if _, err := os.Stat(dir); err != nil {
		return os.TempDir()
	}
	return dir
}
