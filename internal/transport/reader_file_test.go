// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// pipes is a network whose connections move bytes into files, in memory, and counts the pipes.
type pipes struct {
	api.Network
	waits      bool // its connections also wait without a buffer
	made, open atomic.Int32
}

func (n *pipes) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := n.Network.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	if n.waits {
		return waitingConn{pipedConn{c, n}, c.(api.ReadWaiter)}, nil
	}
	return pipedConn{c, n}, nil
}

type pipedConn struct {
	net.Conn
	of *pipes
}

type waitingConn struct {
	pipedConn
	api.ReadWaiter
}

func (c pipedConn) ReceiveFile(f api.File) api.FilePipe {
	c.of.made.Add(1)
	c.of.open.Add(1)
	return &memoryPipe{c, f, nil}
}

type memoryPipe struct {
	conn pipedConn
	file api.File
	held []byte
}

func (p *memoryPipe) Fill(n int64) (int, error) {
	p.held = make([]byte, min(n, 300_000))
	m, err := p.conn.Read(p.held)
	p.held = p.held[:m]
	return m, err
}

func (p *memoryPipe) Empty() error { _, err := p.file.Write(p.held); return err }

func (p *memoryPipe) Close() { p.conn.of.open.Add(-1) }

// fileTaker takes a stream into a file.
type fileTaker struct {
	streamOutcome
	file  api.File
	left  int // how often the file is given; negative: always
	piped atomic.Int64
	fails error // of File, then
}

func (t *fileTaker) OnData(p []byte) error { _, err := t.file.Write(p); return err }

func (t *fileTaker) File() (api.File, error) {
	if t.left == 0 {
		return nil, t.fails
	}
	t.left--
	return t.file, nil
}

func (t *fileTaker) OnFile(n int) { t.piped.Add(int64(n)) }

// into makes a taker into a new file.
func (s *stage) into(name string) *fileTaker {
	s.Helper()
	f, err := s.files.Create(s.dir + "/" + name)
	if err != nil {
		s.Fatal(err)
	}
	s.closers = append(s.closers, func(context.Context) error { return f.Close() })
	return &fileTaker{streamOutcome: streamOutcome{s.outcome()}, file: f, left: -1}
}

// asks asks for a stream of size bytes, of a connection that is not quiet, and has it begin.
func (t *fileTaker) asks(c *transport.Client, p *peer, size int) {
	t.s.passed(c, p)
	for c.Quiet() {
		t.s.passed(c, p)
	}
	c.Stream(t.s.ctx, "it", t)
	p.next()
	p.send(wire.StreamResponse{StreamID: "it", ByteCount: int64(size)})
}

// has checks what is in the file.
func (t *fileTaker) has(want []byte) {
	t.s.Helper()
	got := make([]byte, len(want)+1)
	if n, _ := t.file.ReadAt(got, 0); !bytes.Equal(got[:n], want) {
		t.s.Errorf("%d bytes in the file, or others, want %d", n, len(want))
	}
}

// inBoth runs body with connections as they are, and with such that can fill files everywhere; n is nil in the former.
func inBoth(t *testing.T, body func(s *stage, n *pipes)) {
	t.Helper()
	t.Run("as they are", func(t *testing.T) { inWorlds(t, func(s *stage) { body(s, nil) }) })
	t.Run("piped", func(t *testing.T) {
		inWorlds(t, func(s *stage) {
			n := &pipes{Network: s.network}
			s.network = n
			body(s, n)
			if left := n.open.Load(); left != 0 || n.made.Load() == 0 {
				s.Errorf("%d pipes of %d are left", left, n.made.Load())
			}
		})
	})
}

// TestStreamIntoAFile: the file has the bytes of the stream, whatever pieces they come in, and what follows is read.
func TestStreamIntoAFile(t *testing.T) {
	const piece = transport.RawPiece
	inBoth(t, func(s *stage, n *pipes) {
		c, p := s.meet(transport.Config{})
		for i, size := range []int{0, 1, piece - 1, piece, piece + 1, 2*piece - 1, 4 * piece, 3<<20 + 17} {
			for _, part := range []int{size, 100_003} {
				taker, data := s.into(fmt.Sprint(i, "-", part)), pattern(size)
				taker.asks(c, p, size)
				for at := 0; at < size; at += part {
					p.write(data[at:min(at+part, size)])
				}
				if e := taker.next(); e.err != nil {
					s.Fatal(size, e.err)
				}
				taker.has(data)
				s.passed(c, p)
				_, can := p.conn.(api.FileReceiver)
				if can = can || n != nil; can && taker.piped.Load() == 0 && size > 2*piece {
					s.Errorf("none of %d bytes passed the pipe", size)
				}
			}
		}
	})
}

// TestSilenceIntoAFile: a peer that goes on slowly is waited for, one that stops is not, as when the bytes are read.
func TestSilenceIntoAFile(t *testing.T) {
	const size = 3 << 20
	inBoth(t, func(s *stage, _ *pipes) {
		c, p := s.meet(transport.Config{ConnectionTimeout: 20 * s.short})
		slow, stopped, data := s.into("slow"), s.into("stopped"), pattern(size)
		slow.asks(c, p, size)
		for at := 0; at < size; at += size / 32 { // for longer than the timeout
			s.sleep(s.short)
			p.write(data[at:][:size/32])
		}
		if e := slow.next(); e.err != nil {
			s.Error("slow:", e.err)
		}
		slow.has(data)
		stopped.asks(c, p, size)
		p.write(data[:size/2])
		if e := stopped.next(); !isClosed(e.err) {
			s.Error("stopped:", e.err)
		}
	})
}

// TestCutIntoAFile: a stream that breaks off is a failure of the connection.
func TestCutIntoAFile(t *testing.T) {
	inBoth(t, func(s *stage, _ *pipes) {
		c, p := s.meet(transport.Config{})
		taker, data := s.into("cut"), pattern(2<<20)
		taker.asks(c, p, 3<<20)
		p.write(data)
		p.conn.Close()
		if e := taker.next(); !isClosed(e.err) {
			s.Error(e.err)
		}
		taker.has(data)
	})
}

// TestFileThatFails: what the file or its taker says ends the connection, and is not taken for the connection's error.
func TestFileThatFails(t *testing.T) {
	errFull := errors.New("full")
	for _, name := range []string{"write", "file"} {
		inBoth(t, func(s *stage, n *pipes) {
			c, p := s.meet(transport.Config{})
			taker := s.into("full")
			if name == "write" || n == nil {
				taker.file = &fullFile{taker.file, 1 << 20, errFull}
			} else {
				taker.left, taker.fails = 2, errFull
			}
			taker.asks(c, p, 3<<20)
			s.start("goes on", func() { _, _ = p.conn.Write(pattern(3 << 20)) })
			if e := taker.next(); !errors.Is(e.err, errFull) || isClosed(e.err) {
				s.Error(name, e.err)
			}
		})
	}
}

// fullFile takes so many bytes.
type fullFile struct {
	api.File
	room int
	err  error
}

func (f *fullFile) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, f.err
	}
	return f.File.Write(p)
}

// TestFileGivenUp: a taker that has no file any more gets the rest of the bytes itself.
func TestFileGivenUp(t *testing.T) {
	inBoth(t, func(s *stage, _ *pipes) {
		c, p := s.meet(transport.Config{})
		taker, data := s.into("given up"), pattern(3<<20)
		taker.left = 2
		taker.asks(c, p, len(data))
		p.write(data)
		if e := taker.next(); e.err != nil {
			s.Error(e.err)
		}
		taker.has(data)
		if n := taker.piped.Load(); n > 2<<20 {
			s.Errorf("%d bytes passed two pipes full", n)
		}
		s.passed(c, p)
	})
}

// TestPauseIntoAFile: a stream that pauses makes the connection quiet, which then has no pipe, and goes on all the same.
func TestPauseIntoAFile(t *testing.T) {
	for seed := range uint64(5) {
		inSimulation(t, seed, func(s *stage) {
			n := &pipes{Network: s.network, waits: true}
			s.network = n
			c, p := s.meet(transport.Config{})
			taker, data := s.into("pause"), pattern(3<<20)
			taker.asks(c, p, len(data))
			p.write(data[:1<<20])
			s.sleep(20 * time.Second)
			if !c.Quiet() || n.open.Load() != 0 || n.made.Load() == 0 || taker.piped.Load() == 0 {
				s.Errorf("quiet %v, %d pipes of %d", c.Quiet(), n.open.Load(), n.made.Load())
			}
			p.write(data[1<<20:])
			if e := taker.next(); e.err != nil {
				s.Error(e.err)
			}
			taker.has(data)
			s.passed(c, p)
		})
	}
}
