// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net"
)

// Network is where connections come from: streams of bytes, which a simulated network can cut, delay, merge and
// split. Addresses are "host:port"; a port of 0 asks Listen for any free one. Plug a transport of your own by filling
// this interface: the whole stack then runs over its streams. Both methods are safe for concurrent use.
type Network interface {
	// Listen accepts connections at addr until the listener is closed. ctx bounds the set-up only. When the address is
	// taken the error matches [ErrAddressInUse].
	Listen(ctx context.Context, addr string) (net.Listener, error)
	// Dial connects to addr. Cancelling ctx ends the attempt; it does not end an established connection.
	Dial(ctx context.Context, addr string) (net.Conn, error)
}

// FileSender is an optional ability of a connection, found by type assertion: to send a range of a file without
// copying it through the process. Without it the stack reads and writes.
type FileSender interface {
	// SendFile sends head, which may be empty, and behind it n bytes of f starting at offset, never through f's own read
	// position. It returns how many bytes left, those of head included.
	SendFile(head []byte, f File, offset, n int64) (int64, error)
	// SendFileFrom is the size in bytes from which that is faster than to read the range into memory and write it behind
	// what comes before it.
	SendFileFrom() int64
}

// Corker is an optional ability of a connection, found by type assertion: to send full packets only, as long as it is told
// that more is about to be written.
type Corker interface {
	// Cork begins that, or ends it: then what is left leaves too. The system may let it leave before, after a while. Closing
	// the side that writes ends it as well, and a connection that is closed takes no notice.
	Cork(on bool)
}

// ReadWaiter is an optional ability of a connection, found by type assertion: to wait for input without holding a
// buffer, so that an idle connection costs no read buffer.
type ReadWaiter interface {
	// WaitReadable returns once Read would not block, or with the error Read would give.
	WaitReadable() error
}

// ArrivedReader is an optional ability of a connection, found by type assertion: to read bytes where they arrived, without
// copying them to a buffer of the reader. A simulated connection has it.
type ArrivedReader interface {
	// ReadArrived waits as Read does. What it returns are the first of the bytes that Read would return: as many as arrived in
	// one piece, and one at least. They are lent until the next call of Read or ReadArrived, and must not be changed.
	ReadArrived() ([]byte, error)
	// ArrivedOrRest is ReadArrived for a task that may rest: see [Rester]. It either does what ReadArrived does, or, when
	// there is nothing to read yet, rests: then the function of the task must return, without another call on the seam, and
	// is called again when ReadArrived would return at once. In a task that may not rest it does the former.
	ArrivedOrRest() (p []byte, rests bool, err error)
}
