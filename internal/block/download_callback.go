// SPDX-License-Identifier: Apache-2.0

package block

import (
	"errors"
	"fmt"
	"io"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// downloadCallback writes one block into a file as it comes, as OneForOneBlockFetcher.DownloadCallback. The file is made
// when the block's turn has come, so that a fetch of many blocks needs one descriptor. A block that nobody waits for any
// more is let pass.
type downloadCallback struct {
	*fetcher
	place int
	file  api.DownloadFile
	dead  bool // let the rest pass
}

var (
	_ transport.StreamCallback = (*downloadCallback)(nil)
	_ transport.FileTaker      = (*downloadCallback)(nil)
)

var errFilesClosed = errors.New("the manager of the files is closed")

// OnData implements transport.StreamCallback.
func (d *downloadCallback) OnData(p []byte) error {
	if d.passes() {
		return nil
	}
	err := d.open()
	if err != nil {
		return err
	}
	n, err := d.file.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return err
}

// passes reports whether the rest is let pass: nobody waits for it, and nobody is told any more.
func (d *downloadCallback) passes() bool {
	if d.dead = d.dead || !d.sink.wants(d.place); d.dead {
		_ = d.drop()
	}
	return d.dead
}

// File implements transport.FileTaker.
func (d *downloadCallback) File() (api.File, error) {
	if d.passes() {
		return nil, nil
	}
	if err := d.open(); err != nil {
		return nil, err
	}
	if holder, ok := d.file.(api.FileHolder); ok {
		return holder.Held(), nil
	}
	return nil, nil
}

// OnFile implements transport.FileTaker.
func (d *downloadCallback) OnFile(n int) {
	if holder, ok := d.file.(api.FileHolder); ok {
		holder.Grew(n)
	}
}

// open makes the file, if that has not been done.
func (d *downloadCallback) open() (err error) {
	if d.file == nil {
		d.file, err = d.files.CreateTempFile()
	}
	return err
}

// OnComplete implements transport.StreamCallback.
func (d *downloadCallback) OnComplete() {
	if d.dead {
		return
	}
	err := d.open()
	var data api.ManagedBuffer
	if err == nil {
		data, err = d.file.CloseAndRead()
	}
	if err == nil && !d.files.RegisterTempFileToClean(d.file) {
		data.Release()
		err = fmt.Errorf("%s: %w", d.file.Path(), errFilesClosed)
	}
	if err != nil {
		d.OnFailure(err)
		return
	}
	d.arrived(d.place, data)
	data.Release()
}

// OnFailure implements transport.StreamCallback.
func (d *downloadCallback) OnFailure(cause error) {
	if err := d.drop(); err != nil {
		cause = &keptFileError{cause, err}
	}
	d.sink.failure(d.place, cause)
}

// keptFileError is the failure of a block whose file could not be dropped either, which is final: what has come of it cannot be
// taken back.
type keptFileError struct{ cause, file error }

func (e *keptFileError) Error() string   { return e.cause.Error() + "; " + e.file.Error() }
func (e *keptFileError) Unwrap() []error { return []error{e.cause, e.file} }

// drop deletes the file.
func (d *downloadCallback) drop() error {
	file := d.file
	d.file = nil
	if file == nil {
		return nil
	}
	return file.Delete()
}
