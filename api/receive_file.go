// SPDX-License-Identifier: Apache-2.0

package api

// FileReceiver is an optional ability of a connection, found by type assertion: to move bytes that come into a file without
// copying them through the process. Without it the stack reads and writes.
type FileReceiver interface {
	// ReceiveFile begins that, for the end of f. It returns nil, and has taken nothing, when the system cannot do it for this
	// file or has nothing left to do it with.
	ReceiveFile(f File) FilePipe
}

// FilePipe is between a connection and a file, for one task. It takes bytes off the connection and then puts them into the
// file, so that whoever waits knows for which of the two, and whose error it was.
type FilePipe interface {
	// Fill waits as Read does, and takes the first of the bytes that Read would return: n at most. Its errors are those of
	// Read. The pipe must be empty.
	Fill(n int64) (int, error)
	// Empty puts all that was taken into the file. Its errors are those of the file's Write.
	Empty() error
	// Close gives the pipe back, and loses what it holds. The connection and the file stay open.
	Close()
}

// FileHolder is an optional ability of a [DownloadFile], found by type assertion: to have bytes put into its file past its
// Write. A [TempFiles] makes files that have it.
type FileHolder interface {
	// Held is the file, nil when it is not open.
	Held() File
	// Grew tells that n bytes were put at the end of the file.
	Grew(n int)
}
