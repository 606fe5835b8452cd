// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// writeLog is a connection that keeps what is written to it.
type writeLog struct {
	net.Conn
	data   bytes.Buffer
	writes int
}

func (l *writeLog) Write(b []byte) (int, error) {
	l.writes++
	return l.data.Write(b)
}

// countedFiles counts what is opened and not closed, and reads.
type countedFiles struct {
	api.Files
	opened, open int
	reads        int
}

func (f *countedFiles) Open(name string) (api.File, error) {
	file, err := f.Files.Open(name)
	if err == nil {
		f.opened++
		f.open++
	}
	return countedFile{file, f}, err
}

type countedFile struct {
	api.File
	files *countedFiles
}

func (f countedFile) ReadAt(p []byte, at int64) (int, error) {
	f.files.reads++
	return f.File.ReadAt(p, at)
}

func (f countedFile) Close() error {
	f.files.open--
	return f.File.Close()
}

// gathering is a writer whose steps come from files, and what it must write.
type gathering struct {
	transport.Writer
	log    *writeLog
	files  *countedFiles
	dir    string
	failed error
	want   []byte
}

func newGathering(t *testing.T) *gathering {
	t.Helper()
	g := &gathering{log: &writeLog{}, files: &countedFiles{Files: netty.OSFiles()}, dir: t.TempDir()}
	g.Writer = transport.NewWriter(netty.NewRuntime(), g.log, func(err error) { g.failed = err })
	return g
}

func (g *gathering) file(t *testing.T, name string, n int) (path string, data []byte) {
	t.Helper()
	data = make([]byte, n)
	for i := range data {
		data[i] = byte(i*7 + n)
	}
	path = filepath.ToSlash(filepath.Join(g.dir, name))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, data
}

// step adds a header and a body.
func (g *gathering) step(header string, body api.ManagedBuffer, data []byte) {
	g.Add(header, body)
	g.want = append(append(g.want, header...), data...)
}

func TestSmallSegmentsLeaveTogether(t *testing.T) {
	g := newGathering(t)
	one, oneData := g.file(t, "one", 600<<10)
	two, twoData := g.file(t, "two", 1000)
	segment := func(file string, data []byte, at, n int) {
		g.step("head", api.NewFileSegment(g.files, file, int64(at), int64(n)), data[at:at+n])
	}
	for i := range 100 { // 100 KiB: one write
		segment(one, oneData, i<<10, 1<<10)
	}
	segment(one, oneData, 7, 0)
	g.step("message", nil, nil)
	g.step("bytes", api.NewBytesBuffer([]byte("body")), []byte("body"))
	segment(one, oneData, 0, transport.GatherLimit) // with the next more than one write holds
	segment(one, oneData, 3, transport.GatherLimit)
	segment(two, twoData, 0, 1000)
	segment(one, oneData, 0, transport.GatherLimit+1) // not small
	segment(one, oneData, 599<<10, 1<<10)
	g.Flush()
	if g.failed != nil || !bytes.Equal(g.log.data.Bytes(), g.want) {
		t.Errorf("%d bytes written, want %d; %v", g.log.data.Len(), len(g.want), g.failed)
	}
	// 100 segments and the empty one; message and header, body; one, two of two files; header, body; the last.
	if g.log.writes != 8 {
		t.Errorf("%d writes, want 8", g.log.writes)
	}
	if g.files.opened != 3 || g.files.open != 0 {
		t.Errorf("%d files opened, %d of them left open; want 3, 0", g.files.opened, g.files.open)
	}
	if g.files.reads != 7 { // the 100 are one
		t.Errorf("%d reads, want 7", g.files.reads)
	}
	if left := g.Pending(); left != 0 {
		t.Errorf("%d bytes pending", left)
	}
}

func TestSegmentsAfterTheFlushAreOfTheFileAsItIs(t *testing.T) {
	g := newGathering(t)
	path, data := g.file(t, "file", 100)
	g.step("", api.NewFileSegment(g.files, path, 0, 100), data)
	g.Flush()
	other, data := g.file(t, "other", 101)
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	g.step("", api.NewFileSegment(g.files, path, 0, 101), data)
	g.Flush()
	if !bytes.Equal(g.log.data.Bytes(), g.want) {
		t.Error("the bytes of the file that was replaced")
	}
}

func TestSegmentBeyondTheEndOfItsFile(t *testing.T) {
	for name, tail := range map[string]int64{"small": 50, "large": transport.GatherLimit + 1} {
		t.Run(name, func(t *testing.T) {
			g := newGathering(t)
			path, data := g.file(t, "file", 100)
			g.step("a", api.NewFileSegment(g.files, path, 0, 60), data[:60])
			want := g.want
			g.step("b", api.NewFileSegment(g.files, path, 60, tail), nil)
			g.step("c", api.NewFileSegment(g.files, path, 0, 60), nil)
			g.Flush()
			if !errors.Is(g.failed, io.ErrUnexpectedEOF) {
				t.Errorf("failed with %v", g.failed)
			}
			if got := g.log.data.Bytes(); !bytes.HasPrefix(got, want) || len(got) > len(want)+1 {
				t.Errorf("%d bytes written, want the %d before the short segment", len(got), len(want))
			}
			if g.files.open != 0 || g.Pending() < 0 {
				t.Errorf("%d files left open, %d bytes pending", g.files.open, g.Pending())
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	g := newGathering(t)
	g.step("a", api.NewFileSegment(g.files, filepath.ToSlash(filepath.Join(g.dir, "none")), 0, 60), nil)
	g.Flush()
	if !errors.Is(g.failed, os.ErrNotExist) || g.log.data.Len() != 0 {
		t.Errorf("%d bytes written, failed with %v", g.log.data.Len(), g.failed)
	}
}

// TestSmallMessagesAreGatheredInSteps: what waits is in buffers of a bounded size, and not in one that grows and is copied.
func TestSmallMessagesAreGatheredInSteps(t *testing.T) {
	g := newGathering(t)
	message := string(bytes.Repeat([]byte("m"), 1000))
	const messages = 5 * transport.StepBytes / 1000
	for range messages {
		g.step(message, nil, nil)
	}
	if n := g.Steps(); n < 4 || n > 5 {
		t.Errorf("%d steps of %d bytes", n, g.Pending())
	}
	g.Flush()
	if !bytes.Equal(g.log.data.Bytes(), g.want) {
		t.Errorf("%d bytes of %d, or others", g.log.data.Len(), len(g.want))
	}
}
