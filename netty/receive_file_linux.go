// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/twinwire/twinwire/api"
)

// pipeSize is how much is on its way to a file at once: what a process may ask for without privileges.
const pipeSize = 1 << 20

var _ api.FileReceiver = (*tcpConn)(nil)

// filePipe is a pipe of the system, through which splice moves bytes from a connection to a file.
type filePipe struct {
	conn    *tcpConn
	name    string
	file    syscall.RawConn
	in, out int // the end that is written to and that which is read from
	held    int
}

// ReceiveFile implements api.FileReceiver, for a bare *os.File: one that embeds it may have a Write of its own.
func (c *tcpConn) ReceiveFile(f api.File) api.FilePipe {
	file, ok := f.(*os.File)
	if !ok {
		return nil
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return nil
	}
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil
	}
	p := &filePipe{conn: c, name: file.Name(), file: raw, in: ends[1], out: ends[0]}
	if !p.widen() || !p.suits() {
		p.Close()
		return nil
	}
	return p
}

// widen makes the pipe hold pipeSize. A user who has many pipes is refused, and a narrow one is no faster than memory.
func (p *filePipe) widen() bool {
	size, err := unix.FcntlInt(uintptr(p.in), unix.F_SETPIPE_SZ, pipeSize)
	return err == nil && size >= pipeSize
}

// suits reports whether the pipe can be emptied into the file: a regular one, not opened for appending, of a file system that
// has splice. The system looks at that first, and then finds that there is nothing in the pipe yet.
func (p *filePipe) suits() (yes bool) {
	err := p.file.Control(func(fd uintptr) {
		var stat unix.Stat_t
		if unix.Fstat(int(fd), &stat) == nil && stat.Mode&unix.S_IFMT == unix.S_IFREG {
			_, err := unix.Splice(p.out, nil, int(fd), nil, 1, unix.SPLICE_F_NONBLOCK)
			yes = errors.Is(err, unix.EAGAIN)
		}
	})
	return yes && err == nil
}

// Fill implements api.FilePipe. Read deadlines hold.
func (p *filePipe) Fill(n int64) (int, error) {
	var failed error
	err := p.conn.raw.Read(func(fd uintptr) bool {
		for {
			got, err := unix.Splice(int(fd), nil, p.in, nil, int(min(n, pipeSize)), unix.SPLICE_F_MOVE|unix.SPLICE_F_NONBLOCK)
			p.held, failed = int(max(0, got)), err
			if !errors.Is(err, unix.EINTR) {
				return !errors.Is(err, unix.EAGAIN) // of an empty pipe: there is no input
			}
		}
	})
	switch {
	case err != nil:
		return 0, p.conn.opError("read", err)
	case failed != nil:
		return 0, p.conn.opError("read", os.NewSyscallError("splice", failed))
	case p.held == 0:
		return 0, io.EOF
	}
	return p.held, nil
}

// Empty implements api.FilePipe.
func (p *filePipe) Empty() error {
	var failed error
	if err := p.file.Control(func(fd uintptr) { failed = p.emptyTo(int(fd)) }); err != nil {
		failed = os.ErrClosed // package os has an error of its own for that, which matches nothing
	}
	if failed != nil {
		return &fs.PathError{Op: "write", Path: p.name, Err: failed}
	}
	return nil
}

func (p *filePipe) emptyTo(fd int) error {
	for p.held > 0 {
		n, err := unix.Splice(p.out, nil, fd, nil, p.held, unix.SPLICE_F_MOVE)
		switch {
		case n > 0:
			p.held -= int(n)
		case err == nil:
			return io.ErrShortWrite
		case !errors.Is(err, unix.EINTR):
			return err
		}
	}
	return nil
}

// Close implements api.FilePipe.
func (p *filePipe) Close() {
	_ = unix.Close(p.in)
	_ = unix.Close(p.out)
}
