// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	dataSize   = 2 << 30  // of the file that is served
	sparseSize = 20 << 30 // of the one that is all holes
)

// blockFiles are the files of a run. They are on a tmpfs, because the page cache may drop parts of a file on disk, and
// are removed at its end.
type blockFiles struct {
	memory string // a folder, of our own after make
	disk   string // likewise, for what does not fit
}

func (f blockFiles) data() string   { return filepath.Join(f.memory, "data") }
func (f blockFiles) sparse() string { return filepath.Join(f.memory, "sparse") }

// dest is where a client writes what it receives from a file. Each sample writes over the last, for new pages cost more
// than what is measured.
func (f blockFiles) dest(sparse bool) string {
	if sparse {
		return filepath.Join(f.disk, "dest")
	}
	return filepath.Join(f.memory, "dest")
}

// make makes the folders and the files in them.
func (f *blockFiles) make() error {
	var err error
	if f.memory == "" {
		f.memory, err = roomyTmpfs(2*dataSize + 1<<30)
	}
	if err != nil {
		return err
	}
	if f.memory, err = os.MkdirTemp(f.memory, "bench-block-"); err != nil {
		return err
	}
	if f.disk, err = os.MkdirTemp(f.disk, "bench-block-"); err == nil {
		err = errors.Join(fill(f.data(), dataSize), fill(f.dest(false), dataSize), hole(f.sparse(), sparseSize))
	}
	if err != nil {
		return errors.Join(err, f.remove())
	}
	return nil
}

func (f blockFiles) remove() error { return errors.Join(os.RemoveAll(f.memory), os.RemoveAll(f.disk)) }

// fill makes a file of random bytes.
func fill(name string, size int64) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, rand.NewChaCha8([32]byte{}), size)
	return errors.Join(err, f.Close())
}

// hole makes a file that takes no room.
func hole(name string, size int64) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(size), f.Close())
}

// roomyTmpfs finds a tmpfs with so much room, /dev/shm first.
func roomyTmpfs(need int64) (string, error) {
	mounts, err := os.Open("/proc/mounts")
	if err != nil {
		return "", err
	}
	defer mounts.Close()
	folders := []string{"/dev/shm"}
	for lines := bufio.NewScanner(mounts); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) > 2 && words[2] == "tmpfs" {
			folders = append(folders, words[1])
		}
	}
	for _, folder := range folders {
		var s unix.Statfs_t
		if unix.Statfs(folder, &s) == nil && s.Type == unix.TMPFS_MAGIC && int64(s.Bavail)*s.Bsize >= need && unix.Access(folder, unix.W_OK) == nil {
			return folder, nil
		}
	}
	return "", fmt.Errorf("no tmpfs with %d MiB of room; name another folder with -memory", need>>20)
}
