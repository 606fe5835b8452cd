// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"net"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// peer is the other end of a connection, made of nothing but frames.
type peer struct {
	s       *stage
	conn    net.Conn
	decoder wire.FrameDecoder
	cipher  transport.Cipher // nil: none
}

// meet makes a client of cfg and the peer it is connected to.
func (s *stage) meet(cfg transport.Config) (*transport.Client, *peer) {
	s.Helper()
	return s.meetFrom(s.factory(cfg))
}

// meetFrom makes a client of f and the peer it is connected to.
func (s *stage) meetFrom(f *transport.ClientFactory) (*transport.Client, *peer) {
	s.Helper()
	l, err := s.there.Listen(s.ctx, s.bind)
	if err != nil {
		s.Fatal(err)
	}
	defer l.Close()
	c := s.clientOf(f, l.Addr().String())
	conn, err := l.Accept()
	if err != nil {
		s.Fatal(err)
	}
	return c, s.peer(conn)
}

// visit connects a peer to a server.
func (s *stage) visit(address string) *peer {
	s.Helper()
	conn, err := s.network.Dial(s.ctx, address)
	if err != nil {
		s.Fatal(err)
	}
	return s.peer(conn)
}

func (s *stage) peer(conn net.Conn) *peer {
	p := &peer{s: s, conn: conn}
	s.closers = append(s.closers, func(context.Context) error { conn.Close(); return nil })
	return p
}

// payload reads the next frame's.
func (p *peer) payload() []byte {
	p.s.Helper()
	for {
		b, ok, err := p.decoder.Next()
		if err != nil {
			p.s.Fatal(err)
		}
		if ok {
			return append([]byte(nil), b...)
		}
		n, err := p.read()
		if n == 0 && err != nil {
			p.s.Fatal("no frame:", err)
		}
	}
}

func (p *peer) read() (n int, err error) {
	if p.cipher == nil {
		n, err = p.conn.Read(p.decoder.Buffer(1))
		p.decoder.Filled(n)
		return n, err
	}
	sealed := make([]byte, 4096)
	n, err = p.conn.Read(sealed)
	plain, bad := p.cipher.Open(nil, sealed[:n])
	p.decoder.Feed(plain)
	return n, errors.Join(err, bad)
}

// next reads a message.
func (p *peer) next() wire.Message {
	p.s.Helper()
	m, err := wire.ParseMessage(p.payload())
	if err != nil {
		p.s.Fatal(err)
	}
	return m
}

func (p *peer) send(m wire.Message) { p.write(wire.AppendFrame(nil, m)) }

func (p *peer) write(b []byte) {
	p.s.Helper()
	if p.cipher != nil {
		b = p.cipher.Seal(nil, b)
	}
	if _, err := p.conn.Write(b); err != nil {
		p.s.Error("write:", err)
	}
}

// raw reads n bytes behind a frame.
func (p *peer) raw(n int64) (got []byte) {
	p.s.Helper()
	for n > int64(len(got)) {
		piece := p.decoder.TakeRaw(n - int64(len(got)))
		if got = append(got, piece...); len(piece) > 0 {
			continue
		}
		if k, err := p.read(); k == 0 && err != nil {
			p.s.Fatal("the stream breaks off:", err)
		}
	}
	return got
}
