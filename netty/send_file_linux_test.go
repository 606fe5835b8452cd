// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"bytes"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/pkg/errors"
)

func TestSendFileDoesNotRead(t *testing.T) {
	f, data := testFile(t, 1<<20)
	a, b := tcpPair(t)
	go func() {
		defer a.Close()
		if n, err := a.SendFile(nil, embeddedFile{f}, 10, 1<<20-10); err != nil || n != 1<<20-10 {
			t.Errorf("SendFile = %d, %v", n, err)
		}
	}()
	if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, data[10:]) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}

// TestSendFileOfAFailingDisk: what is wrong with the file is not told as an error of the connection.
func TestSendFileOfAFailingDisk(t *testing.T) {
	f, _ := testFile(t, 1)
	a, _ := tcpPair(t)
	src, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for cause, broken := range map[error]bool{syscall.EIO: false, io.ErrUnexpectedEOF: false, syscall.EPIPE: true} {
		err := a.sendRange(src, &fileTransfer{err: os.NewSyscallError("sendfile", cause)})
		if is := errors.As(err, new(*net.OpError)); is != broken || !errors.Is(err, cause) {
			t.Errorf("of %v: %v", cause, err)
		}
	}
}

func TestSendFileMeetsDeadline(t *testing.T) {
	f, _ := testFile(t, 32<<20)
	a, _ := tcpPair(t) // nobody reads
	if err := a.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	n, err := a.SendFile(nil, f, 0, 32<<20)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("SendFile = %d, %v; want %v", n, err, os.ErrDeadlineExceeded)
	}
}

// TestSendFileBehindALargeHead: the file's bytes come behind all of the head's, also when the socket takes it in parts.
func TestSendFileBehindALargeHead(t *testing.T) {
	f, data := testFile(t, 3<<20)
	a, b := tcpPair(t)
	head := bytes.Repeat([]byte("head"), 4<<20)
	go func() {
		defer a.Close()
		if n, err := a.SendFile(head, f, 100, 3<<20-100); err != nil || n != int64(len(head))+3<<20-100 {
			t.Errorf("SendFile = %d, %v", n, err)
		}
	}()
	if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, append(head, data[100:]...)) {
		t.Errorf("got %d bytes, or others, %v", len(got), err)
	}
}

// noSendfile is a file whose descriptor the system does not send from.
type noSendfile struct {
	*os.File
	dir *os.File
}

func (f noSendfile) SyscallConn() (syscall.RawConn, error) { return f.dir.SyscallConn() }

// TestSendFileWithoutSendfile: a head that has left is not sent again when the file must be copied.
func TestSendFileWithoutSendfile(t *testing.T) {
	f, data := testFile(t, 1<<20)
	dir, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	a, b := tcpPair(t)
	go func() {
		defer a.Close()
		if n, err := a.SendFile([]byte("head"), noSendfile{f, dir}, 10, 1<<20-10); err != nil || n != 4+1<<20-10 {
			t.Errorf("SendFile = %d, %v", n, err)
		}
	}()
	if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, append([]byte("head"), data[10:]...)) {
		t.Errorf("got %d bytes, or others, %v", len(got), err)
	}
}
