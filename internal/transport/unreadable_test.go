// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

var errDisk = errors.New("the disk is on fire")

// mute is an error that panics when it is printed or asked.
type mute struct{}

func (mute) Error() string { panic("mute in Error") }
func (mute) Is(error) bool { panic("mute in Is") }

// unreadable is a buffer whose bytes cannot be had.
type unreadable struct {
	api.ManagedBuffer
	bytes func() ([]byte, error)
}

func (u unreadable) Bytes() ([]byte, error) { return u.bytes() }

// burning is a file system whose files can be opened, not read.
type burning struct{ api.Files }

func (b burning) Open(name string) (api.File, error) {
	f, err := b.Files.Open(name)
	return burningFile{f}, err
}

type burningFile struct{ api.File }

func (burningFile) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

// exploding is a file system that panics.
type exploding struct{ api.Files }

func (exploding) Open(string) (api.File, error) { panic(errDisk) }

// unreadables are bodies whose bytes cannot be had, by what is told of each.
func (s *stage) unreadables() map[string]api.ManagedBuffer {
	s.Helper()
	s.buffers() // makes the file, of 512 KiB
	file, size := s.dir+"/stream", int64(512<<10)
	buffer := func(f func() ([]byte, error)) api.ManagedBuffer {
		return unreadable{api.NewBytesBuffer(make([]byte, 100)), f}
	}
	return map[string]api.ManagedBuffer{
		errDisk.Error():             buffer(func() ([]byte, error) { return nil, errDisk }),
		"panic: it has gone":        buffer(func() ([]byte, error) { panic("it has gone") }),
		"mute in Error":             buffer(func() ([]byte, error) { return nil, mute{} }),
		"has 99":                    buffer(func() ([]byte, error) { return make([]byte, 99), nil }),
		"small-none offset 0":       api.NewFileSegment(s.files, s.dir+"/small-none", 0, 100),
		"large-none offset 7":       api.NewFileSegment(s.files, s.dir+"/large-none", 7, size),
		"offset 1 length 524288":    api.NewFileSegment(s.files, file, 1, size),
		"offset 524288 length 1:":   api.NewFileSegment(s.files, file, size, 1),
		"offset -1 length 100":      api.NewFileSegment(s.files, file, -1, 100),
		"offset 5 length 100:":      api.NewFileSegment(burning{s.files}, file, 5, 100),
		"panic: " + errDisk.Error(): api.NewFileSegment(exploding{s.files}, file, 5, 400_000),
	}
}

// TestUnreadableBody: what cannot be read when it is to be sent fails alone, and says why; what comes before and behind it
// arrives.
func TestUnreadableBody(t *testing.T) {
	inWorlds(t, func(s *stage) {
		bad := s.unreadables()
		blocks := map[string]api.ManagedBuffer{"good": api.NewBytesBuffer([]byte("good"))}
		why := slices.Sorted(maps.Keys(bad))
		for i, text := range why {
			blocks[fmt.Sprintf("1_%d", i)] = bad[text]
		}
		c := s.client(transport.Config{}, s.server(transport.Config{}, &app{streams: blocks}).Addr())
		chunks, streams := s.outcome(), s.outcome()
		for i := range why {
			c.FetchChunk(s.ctx, 1, int32(i), chunkOutcome{chunks})
			c.Stream(s.ctx, "good", streamOutcome{streams})
			c.Stream(s.ctx, fmt.Sprintf("1_%d", i), streamOutcome{streams})
		}
		for i, text := range why {
			if e := chunks.next(); int(e.index) != i || !toldOf(e.err, text) {
				s.Errorf("chunk %s: %v", text, e)
			}
			if e := streams.next(); !strings.HasSuffix(e.body, "good") || e.err != nil {
				s.Errorf("stream before %s: %v", text, e)
			}
			if e := streams.next(); !toldOf(e.err, text) {
				s.Errorf("stream %s: %v", text, e)
			}
		}
		if !c.IsActive() {
			s.Error("the connection has ended")
		}
	})
}

func toldOf(err error, text string) bool {
	var remote *transport.RemoteFailure
	return errors.As(err, &remote) && strings.Contains(remote.Error(), text)
}

// TestUnreadableUpload: it fails on the side that cannot read it, and alone. So does what is told of merged blocks.
func TestUnreadableUpload(t *testing.T) {
	inWorlds(t, func(s *stage) {
		there := &app{meta: func(_ wire.MergedBlockMetaRequest, reply transport.MergedBlockMetaReply) {
			reply.Success(1, unreadable{api.NewBytesBuffer(nil), func() ([]byte, error) { return nil, errDisk }})
		}}
		c := s.client(transport.Config{}, s.server(transport.Config{}, there).Addr())
		for text, b := range s.unreadables() {
			o := s.outcome()
			if _, err := c.UploadStream(s.ctx, []byte("upload"), b, rpcOutcome{o}); err != nil {
				s.Fatal(err)
			}
			if e := o.next(); text != "mute in Error" && isClosed(e.err) || !strings.Contains(fmt.Sprint(e.err), text) {
				s.Errorf("%s: %v", text, e)
			}
		}
		o := s.outcome()
		if _, err := c.SendMergedBlockMetaReq(s.ctx, "app", 1, 2, 3, metaOutcome{o}); err != nil {
			s.Fatal(err)
		}
		if e := o.next(); !toldOf(e.err, errDisk.Error()) {
			s.Errorf("merged block meta: %v", e)
		}
		if _, err := c.UploadStream(s.ctx, []byte("upload"), api.NewBytesBuffer([]byte("good")), rpcOutcome{o}); err != nil {
			s.Fatal(err)
		}
		if e := o.next(); e.err != nil || there.upload("upload") != "good" {
			s.Error(e, there.upload("upload"))
		}
	})
}

// torn is a file system whose files cannot be read beyond a place.
type torn struct {
	api.Files
	at int64
}

func (t torn) Open(name string) (api.File, error) {
	f, err := t.Files.Open(name)
	return tornFile{f, t.at}, err
}

type tornFile struct {
	api.File
	at int64
}

func (t tornFile) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > t.at {
		return 0, errDisk
	}
	return t.File.ReadAt(p, at)
}

// TestBodyTornInTheMidst: the beginning of the frame is on its way, so nothing can be told but that it broke off. The side
// that sends knows why.
func TestBodyTornInTheMidst(t *testing.T) {
	inWorlds(t, func(s *stage) {
		s.buffers()
		there := &app{streams: map[string]api.ManagedBuffer{"1_0": api.NewFileSegment(torn{s.files, 400_000}, s.dir+"/stream", 0, 512<<10)}}
		address := s.server(transport.Config{}, there).Addr()
		for name, ask := range map[string]func(c *transport.Client, o *outcome){
			"chunk":  func(c *transport.Client, o *outcome) { c.FetchChunk(s.ctx, 1, 0, chunkOutcome{o}) },
			"stream": func(c *transport.Client, o *outcome) { c.Stream(s.ctx, "1_0", streamOutcome{o}) },
		} {
			o := s.outcome()
			ask(s.client(transport.Config{}, address), o)
			if e := o.next(); !isClosed(e.err) || !errors.Is(e.err, io.ErrUnexpectedEOF) {
				s.Errorf("%s: %v", name, e.err)
			}
		}
		s.until("both ends", func() bool { return there.count(func(a *app) int { return len(a.ended) }) == 2 })
		for _, cause := range there.ended {
			if !errors.Is(cause, errDisk) || errors.Is(cause, fs.ErrNotExist) || !strings.Contains(cause.Error(), "/stream offset 0") {
				s.Errorf("the sender's cause: %v", cause)
			}
		}
	})
}

// TestFrameCutShort: an answer that breaks off, however little of it came, is told from a connection that was closed.
func TestFrameCutShort(t *testing.T) {
	inWorlds(t, func(s *stage) {
		for _, size := range []int{0, 10, 100_000} {
			frame := wire.AppendFrame(nil, wire.ChunkFetchSuccess{StreamID: 1, Body: make([]byte, size+10)})
			for _, n := range []int{0, 1, 20, len(frame) - 1} {
				c, p := s.meet(transport.Config{})
				o := s.outcome()
				c.FetchChunk(s.ctx, 1, 0, chunkOutcome{o})
				p.payload()
				if _, err := p.conn.Write(frame[:n]); err != nil {
					s.Fatal(err)
				}
				p.conn.Close()
				if e := o.next(); !isClosed(e.err) || errors.Is(e.err, io.ErrUnexpectedEOF) != (n > 0) {
					s.Errorf("%d of %d bytes: %v", n, len(frame), e.err)
				}
			}
		}
	})
}

// TestUnreadableBodyBehindAnAnswer: what is sent instead of a body that cannot be read stands in the place of its own
// frame, and not of what waits in front of it.
func TestUnreadableBodyBehindAnAnswer(t *testing.T) {
	inWorlds(t, func(s *stage) {
		gate := &gatedNetwork{Network: s.there, rt: s.rt, ctx: s.ctx, permits: api.NewQueue[struct{}](s.rt, 0)}
		s.closers = append(s.closers, func(context.Context) error { gate.permits.Close(); return nil })
		s.there = gate
		a := &app{streams: map[string]api.ManagedBuffer{"1_0": unreadable{api.NewBytesBuffer(make([]byte, 100)), func() ([]byte, error) { return nil, errDisk }}}}
		c := s.client(transport.Config{}, s.server(transport.Config{}, a).Addr())
		first, second, chunk := s.outcome(), s.outcome(), s.outcome()
		if _, err := c.SendRpc(s.ctx, []byte("hello/first"), rpcOutcome{first}); err != nil {
			s.Fatal(err)
		}
		s.until("its answer to be written", func() bool { return gate.waiting.Load() == 1 })
		if _, err := c.SendRpc(s.ctx, []byte("hello/second"), rpcOutcome{second}); err != nil {
			s.Fatal(err)
		}
		c.FetchChunk(s.ctx, 1, 0, chunkOutcome{chunk})
		s.until("the request for the chunk", func() bool { return a.count(func(a *app) int { return len(a.opened) }) == 1 })
		gate.pass(5)
		if e := chunk.next(); !isRemoteFailure(e.err) || !toldOf(e.err, errDisk.Error()) {
			s.Error("the chunk:", e)
		}
		if one, two := first.next(), second.next(); one.body != "Hello, first!" || two.body != "Hello, second!" {
			s.Error("the answers:", one, two)
		}
	})
}
