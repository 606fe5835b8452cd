// SPDX-License-Identifier: Apache-2.0

package api

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
)

// TempFiles makes numbered files in a directory and deletes them: each with the last reference to its block, and those
// that are left with Close. Make one with [NewTempFiles]. Safe for concurrent use.
type TempFiles struct {
	files Files
	dir   string

	mu     Mutex
	closed bool
	last   uint64
	live   map[string]*tempFile // by path
}

var _ DownloadFileManager = (*TempFiles)(nil)

// errTempFilesClosed is the failure of a block whose file nobody would delete.
var errTempFilesClosed = errors.New("temporary files: closed")

// NewTempFiles returns a manager of files in dir, which exists and belongs to it alone.
func NewTempFiles(rt Runtime, files Files, dir string) *TempFiles {
	return &TempFiles{files: files, dir: dir, mu: rt.NewMutex(), live: map[string]*tempFile{}}
}

// CreateTempFile implements DownloadFileManager.
func (t *TempFiles) CreateTempFile() (DownloadFile, error) {
	t.mu.Lock()
	closed := t.closed
	t.last++
	name := path.Join(t.dir, fmt.Sprintf("block-%d.tmp", t.last))
	t.mu.Unlock()
	if closed {
		return nil, errTempFilesClosed
	}
	f, err := t.files.Create(name)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	return &tempFile{manager: t, name: name, file: f}, nil
}

// RegisterTempFileToClean implements DownloadFileManager.
func (t *TempFiles) RegisterTempFileToClean(file DownloadFile) bool {
	f, ok := file.(*tempFile)
	if !ok || f.manager != t {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.live[f.name] = f
	return true
}

// Sweep deletes what an earlier process left in the directory. Call it before anything else.
func (t *TempFiles) Sweep() error {
	entries, err := t.files.ReadDir(t.dir)
	if err != nil {
		return fmt.Errorf("sweep %s: %w", t.dir, err)
	}
	var errs []error
	for _, e := range entries {
		if stale, _ := path.Match(tempPattern, e.Name()); stale {
			errs = append(errs, t.files.Remove(path.Join(t.dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// tempPattern matches the names of the files.
const tempPattern = "block-*.tmp"

// Live is how many files hold blocks that somebody refers to.
func (t *TempFiles) Live() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.live)
}

// Close deletes what is left, in order of the names. Blocks that somebody still refers to can then no longer be opened.
func (t *TempFiles) Close() error {
	t.mu.Lock()
	t.closed = true
	left := slices.SortedFunc(maps.Values(t.live), func(a, b *tempFile) int { return cmp.Compare(a.name, b.name) })
	t.mu.Unlock()
	var errs []error
	for _, f := range left {
		errs = append(errs, f.Delete())
	}
	return errors.Join(errs...)
}

// tempFile is one file. Its writer owns it until it is closed; then its block does.
type tempFile struct {
	manager *TempFiles
	name    string
	file    File // nil once closed
	size    int64
}

var (
	_ DownloadFile = (*tempFile)(nil)
	_ FileHolder   = (*tempFile)(nil)
)

// Write implements io.Writer.
func (f *tempFile) Write(p []byte) (int, error) {
	if f.file == nil {
		return 0, fmt.Errorf("write %s: %w", f.name, fs.ErrClosed)
	}
	n, err := f.file.Write(p)
	f.size += int64(n)
	return n, err
}

// Held implements FileHolder.
func (f *tempFile) Held() File { return f.file }

// Grew implements FileHolder.
func (f *tempFile) Grew(n int) { f.size += int64(n) }

// CloseAndRead implements DownloadFile.
func (f *tempFile) CloseAndRead() (ManagedBuffer, error) {
	if err := f.close(); err != nil {
		return nil, err
	}
	return NewOwnedFileSegment(f.manager.files, f.name, 0, f.size, func() { _ = f.Delete() }), nil
}

func (f *tempFile) close() error {
	open := f.file
	if open == nil {
		return nil
	}
	f.file = nil
	return open.Close()
}

// Delete implements DownloadFile.
func (f *tempFile) Delete() error {
	err := f.close()
	if gone := f.manager.files.Remove(f.name); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	f.manager.mu.Lock()
	delete(f.manager.live, f.name)
	f.manager.mu.Unlock()
	return err
}

// Path implements DownloadFile.
func (f *tempFile) Path() string { return f.name }
