// SPDX-License-Identifier: Apache-2.0

package api

import "io"

// DownloadFileManager makes the files that blocks are fetched into, as Spark's DownloadFileManager. [TempFiles] is one.
// Methods are called by tasks of the service, several at once.
type DownloadFileManager interface {
	// CreateTempFile makes an empty file. Whoever gets it closes or deletes it.
	CreateTempFile() (DownloadFile, error)
	// RegisterTempFileToClean tells that file holds a block now. False says that the manager is closed and nobody would
	// clean up: the file is deleted at once, and the block fails.
	RegisterTempFileToClean(file DownloadFile) bool
}

// DownloadFile takes the bytes of one block as they arrive, as Spark's DownloadFile. It belongs to one task. Write holds up
// the connection, and with it the sender; an error ends the connection, for the rest of the block is in its way.
type DownloadFile interface {
	io.Writer
	// CloseAndRead ends writing and returns the block, of which the caller owns one reference.
	CloseAndRead() (ManagedBuffer, error)
	// Delete drops the file, open or closed. A file that is gone already is no error.
	Delete() error
	// Path names the file, for errors and logs.
	Path() string
}
