// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/twinwire/twinwire/api"
)

// openPipes is how many ends of pipes the process has.
func openPipes(t *testing.T) (ends int) {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if to, err := os.Readlink("/proc/self/fd/" + n.Name()); err == nil && strings.HasPrefix(to, "pipe:") {
			ends++
		}
	}
	return ends
}

func create(t *testing.T, flags int) *os.File {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(t.TempDir(), "received"), os.O_CREATE|flags, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// received is a pipe from c into f that is closed with the test, and leaves nothing.
func received(t *testing.T, c *tcpConn, f api.File) api.FilePipe {
	t.Helper()
	before := openPipes(t)
	p := c.ReceiveFile(f)
	if p == nil {
		t.Fatal("no pipe")
	}
	t.Cleanup(func() {
		p.Close()
		if now := openPipes(t); now != before {
			t.Errorf("%d ends of pipes are open, before there were %d", now, before)
		}
	})
	return p
}

// TestReceiveFile: the bytes go to the end of the file, no more than were asked for, and the rest stays to be read.
func TestReceiveFile(t *testing.T) {
	_, data := testFile(t, 5<<20+13)
	for _, part := range []int{len(data), 1 << 20, 70_001} {
		a, b := tcpPair(t)
		go func() {
			for at := 0; at < len(data); at += part {
				if _, err := b.Write(data[at:min(at+part, len(data))]); err != nil {
					t.Error(err)
				}
			}
			_ = b.CloseWrite()
		}()
		f := create(t, os.O_RDWR)
		if _, err := f.WriteString("before"); err != nil {
			t.Fatal(err)
		}
		p := received(t, a, f)
		for left := len(data) - 1000; left > 0; {
			n, err := p.Fill(int64(left))
			if err != nil || n <= 0 || n > left {
				t.Fatalf("Fill(%d) = %d, %v", left, n, err)
			}
			if err := p.Empty(); err != nil {
				t.Fatal(err)
			}
			left -= n
		}
		rest, err := io.ReadAll(a)
		if err != nil || !bytes.Equal(rest, data[len(data)-1000:]) {
			t.Errorf("%d bytes are left, or others, %v", len(rest), err)
		}
		if n, err := p.Fill(1); n != 0 || !errors.Is(err, io.EOF) {
			t.Errorf("at the end: Fill = %d, %v", n, err)
		}
		got, err := os.ReadFile(f.Name())
		if err != nil || !bytes.Equal(got, append([]byte("before"), data[:len(data)-1000]...)) {
			t.Errorf("%d bytes in the file, or others, %v", len(got), err)
		}
	}
}

// TestReceiveFileNotEverywhere: a file that does not suit is found out before anything is taken, and nothing is left of that.
func TestReceiveFileNotEverywhere(t *testing.T) {
	a, b := tcpPair(t)
	if _, err := b.Write([]byte("to be read")); err != nil {
		t.Fatal(err)
	}
	closed := create(t, os.O_RDWR)
	closed.Close()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	defer in.Close()
	before := openPipes(t)
	for name, f := range map[string]api.File{
		"embedded": embeddedFile{create(t, os.O_RDWR)}, "appending": create(t, os.O_RDWR|os.O_APPEND), "closed": closed,
		"device": null, "pipe": in, "read only": create(t, os.O_RDONLY), "nil": (*os.File)(nil), "none": nil,
	} {
		if p := a.ReceiveFile(f); p != nil {
			t.Errorf("%s: there is a pipe", name)
			p.Close()
		}
	}
	if now := openPipes(t); now != before {
		t.Errorf("%d ends of pipes are open, before there were %d", now, before)
	}
	got := make([]byte, 10)
	if _, err := io.ReadFull(a, got); err != nil || string(got) != "to be read" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestReceiveFileMeetsDeadline: a read deadline ends a wait, and nothing is lost.
func TestReceiveFileMeetsDeadline(t *testing.T) {
	a, b := tcpPair(t)
	f := create(t, os.O_RDWR)
	p := received(t, a, f)
	if err := a.SetReadDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Fill(10); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Fill = %d, %v; want %v", n, err, os.ErrDeadlineExceeded)
	}
	if err := a.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Write([]byte("late")); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Fill(10); n != 4 || err != nil {
		t.Errorf("Fill = %d, %v", n, err)
	}
	if err := p.Empty(); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(f.Name()); string(got) != "late" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestReceiveFileErrors: the connection's are net's, and the file's are a write's, with its name.
func TestReceiveFileErrors(t *testing.T) {
	a, b := tcpPair(t)
	full := sealed(t, 8192)
	p := received(t, a, full)
	if _, err := b.Write(make([]byte, 20_000)); err != nil {
		t.Fatal(err)
	}
	n, err := p.Fill(20_000)
	if n == 0 || err != nil {
		t.Fatal(n, err)
	}
	for n <= 8192 { // the file has room for these
		if err := p.Empty(); err != nil {
			t.Fatal(err)
		}
		m, err := p.Fill(20_000)
		if n += m; err != nil {
			t.Fatal(err)
		}
	}
	raw, ok := errors.AsType[*fs.PathError](p.Empty())
	if !ok || raw.Path != full.Name() || raw.Op != "write" || !errors.Is(raw, unix.EPERM) {
		t.Errorf("full: %v", raw)
	}
	gone := create(t, os.O_RDWR)
	p = received(t, a, gone)
	if _, err := b.Write([]byte("too late")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Fill(5); err != nil {
		t.Fatal(err)
	}
	gone.Close()
	if err := p.Empty(); !errors.Is(err, os.ErrClosed) || !strings.Contains(err.Error(), gone.Name()) {
		t.Errorf("closed file: %v", err)
	}
	p = received(t, a, create(t, os.O_RDWR))
	a.Close()
	if _, err := p.Fill(5); !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed connection: %v", err)
	}
}

// sealed is a file that takes no more than size bytes.
func sealed(t *testing.T, size int64) *os.File {
	t.Helper()
	fd, err := unix.MemfdCreate("full", unix.MFD_ALLOW_SEALING|unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "full")
	t.Cleanup(func() { f.Close() })
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	if _, err := unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_GROW); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestReceiveFileReset: a connection that is reset says so.
func TestReceiveFileReset(t *testing.T) {
	a, b := tcpPair(t)
	p := received(t, a, create(t, os.O_RDWR))
	if err := b.SetLinger(0); err != nil {
		t.Fatal(err)
	}
	b.Close()
	if n, err := p.Fill(5); n != 0 || !errors.Is(err, unix.ECONNRESET) {
		t.Errorf("Fill = %d, %v", n, err)
	}
}
