// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"io"
)

// errStreamBegun is why a block that broke off is not streamed again.
var errStreamBegun = errors.New("the beginning has been written already")

// StreamBlock fetches one block into w as it comes, in memory that does not grow with the block, and returns how many bytes
// it wrote. Writes hold up the connection, and so the sender. A block that breaks off is asked for again only while nothing
// was written; after that it fails. A writer that takes less than it is given fails it with [io.ErrShortWrite].
func StreamBlock(ctx context.Context, s BlockTransferService, from RpcAddress, execID, blockID string, w io.Writer) (int64, error) {
	rt := s.Runtime()
	f := &blockStream{to: w, mu: rt.NewMutex(), done: rt.NewWaiter()}
	s.FetchBlocksToFiles(ctx, from, execID, []string{blockID}, f, f)
	for {
		f.mu.Lock()
		ended, n, err := f.ended, f.written, f.err
		f.mu.Unlock()
		if ended {
			return n, err
		}
		// The service answers when ctx ends, so there is no need to end this wait early.
		_ = f.done.Wait(nil) //nolint:staticcheck // a nil context never ends a wait
	}
}

// blockStream is the manager, the file and the listener of one block that is streamed. Once it has ended nothing is
// written any more.
type blockStream struct {
	to   io.Writer
	done Waiter

	mu      Mutex
	written int64
	ended   bool
	err     error
}

var (
	_ DownloadFileManager   = (*blockStream)(nil)
	_ DownloadFile          = (*blockStream)(nil)
	_ BlockFetchingListener = (*blockStream)(nil)
)

// CreateTempFile implements DownloadFileManager.
func (f *blockStream) CreateTempFile() (DownloadFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.written > 0 {
		return nil, errStreamBegun
	}
	return f, nil
}

// RegisterTempFileToClean implements DownloadFileManager: there is no file.
func (f *blockStream) RegisterTempFileToClean(DownloadFile) bool { return true }

// Write implements DownloadFile.
func (f *blockStream) Write(p []byte) (int, error) {
	n, err := f.to.Write(p)
	f.mu.Lock()
	f.written += int64(n)
	f.mu.Unlock()
	return n, err
}

// CloseAndRead implements DownloadFile: the block has been taken.
func (f *blockStream) CloseAndRead() (ManagedBuffer, error) { return NewBytesBuffer(nil), nil }

// Delete implements DownloadFile: what was written cannot be taken back.
func (f *blockStream) Delete() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.written > 0 {
		return errStreamBegun
	}
	return nil
}

// Path implements DownloadFile.
func (f *blockStream) Path() string { return "stream" }

// OnBlockFetchSuccess implements BlockFetchingListener.
func (f *blockStream) OnBlockFetchSuccess(string, ManagedBuffer) { f.end(nil) }

// OnBlockFetchFailure implements BlockFetchingListener.
func (f *blockStream) OnBlockFetchFailure(_ string, cause error) { f.end(cause) }

func (f *blockStream) end(err error) {
	f.mu.Lock()
	f.ended, f.err = true, err
	f.mu.Unlock()
	f.done.Wake()
}
