// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// watched counts the calls of Write. Package net finds the way to writev behind any struct that embeds a TCP
// connection; where it is lost, net.Buffers calls Write for each buffer.
type watched struct {
	*tcpConn
	writes int
}

func (w *watched) Write(b []byte) (int, error) {
	w.writes++
	return w.tcpConn.Write(b)
}

func TestBuffersLeaveTogether(t *testing.T) {
	a, b := tcpPair(t)
	w := &watched{tcpConn: a}
	bufs := net.Buffers{[]byte("one "), []byte("two "), []byte("three")}
	if _, err := bufs.WriteTo(w); err != nil {
		t.Fatal(err)
	}
	a.Close()
	if got, err := io.ReadAll(b); err != nil || string(got) != "one two three" {
		t.Fatalf("read %q, %v", got, err)
	}
	if w.writes != 0 {
		t.Errorf("%d Write calls, want one writev instead", w.writes)
	}
}

// testFile makes a file of random bytes.
func testFile(t *testing.T, size int) (*os.File, []byte) {
	t.Helper()
	data := make([]byte, size)
	rng := rand.NewChaCha8([32]byte{1})
	rng.Read(data)
	f, err := os.Create(filepath.Join(t.TempDir(), "blocks"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	return f, data
}

// plainFile hides that a file has a descriptor.
type plainFile struct{ api.File }

// embeddedFile is a file with something beside it, and cannot be read.
type embeddedFile struct {
	*os.File
}

func (embeddedFile) ReadAt([]byte, int64) (int, error) { return 0, errors.New("read instead of sent") }

func TestSendFileSegments(t *testing.T) {
	const segments = 160
	f, data := testFile(t, 4<<20)
	for name, file := range map[string]api.File{"os.File": f, "plain": plainFile{f}} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 7))
			var wg sync.WaitGroup
			for range segments {
				from := rng.IntN(len(data))
				want := data[from : from+rng.IntN(min(len(data)-from, copySize+copySize/2))]
				head := data[:rng.IntN(3)*rng.IntN(100)] // often none
				a, b := tcpPair(t)
				wg.Go(func() {
					n, err := a.SendFile(head, file, int64(from), int64(len(want)))
					if err != nil || n != int64(len(head)+len(want)) {
						t.Errorf("SendFile(%d, %d) = %d, %v", from, len(want), n, err)
					}
					a.Close()
				})
				wg.Go(func() {
					got, err := io.ReadAll(b)
					if err != nil || !bytes.Equal(got, slices.Concat(head, want)) {
						t.Errorf("segment %d+%d: got %d bytes, other ones or an error: %v", from, len(want), len(got), err)
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestSendFileThatEndsEarly(t *testing.T) {
	f, data := testFile(t, 1000)
	for name, file := range map[string]api.File{"os.File": f, "plain": plainFile{f}} {
		t.Run(name, func(t *testing.T) {
			a, b := tcpPair(t)
			n, err := a.SendFile(data[:3], file, 400, 601)
			if n != 603 || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("SendFile past the end = %d, %v; want 603, %v", n, err, io.ErrUnexpectedEOF)
			}
			a.Close()
			if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, slices.Concat(data[:3], data[400:])) {
				t.Errorf("got %d bytes, %v", len(got), err)
			}
		})
	}
}

func TestSendFileAfterClose(t *testing.T) {
	f, _ := testFile(t, 1000)
	a, _ := tcpPair(t)
	a.Close()
	if n, err := a.SendFile(nil, f, 0, 1000); n != 0 || !errors.Is(err, net.ErrClosed) {
		t.Errorf("SendFile on a closed connection = %d, %v; want 0, %v", n, err, net.ErrClosed)
	}
	a, _ = tcpPair(t)
	f.Close()
	if n, err := a.SendFile(nil, f, 0, 1000); n != 0 || !errors.Is(err, os.ErrClosed) {
		t.Errorf("SendFile of a closed file = %d, %v; want 0, %v", n, err, os.ErrClosed)
	}
}
