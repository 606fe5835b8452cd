// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
)

// rawPiece is how much is read at once: in larger pieces one connection is slower.
const rawPiece = 64 << 10

// rawPuller reads what a rawServer sends. Dropping it, it does not look for headers: the bytes are counted.
type rawPuller struct {
	net.Conn
	mode rawMode
	want Want
	buf  []byte
	dest *os.File // nil: the blocks are dropped
}

func dialRaw(mode rawMode) func(addr string, w Want) (Puller, error) {
	return func(addr string, w Want) (Puller, error) {
		dest, err := openDest(w.Dest)
		if err != nil {
			return nil, err
		}
		c, err := congestion(w.Congestion).dial(context.Background(), addr)
		if err != nil {
			return nil, err
		}
		return &rawPuller{Conn: c, mode: mode, want: w, buf: make([]byte, rawPiece), dest: dest}, nil
	}
}

// openDest opens a file to write to, none when the name is empty.
func openDest(name string) (*os.File, error) {
	if name == "" {
		return nil, nil
	}
	return os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
}

func (p *rawPuller) Pull(first, n int64) error {
	req := make([]byte, 0, rawRequest)
	req = append(req, byte(p.mode))
	for _, v := range []int64{p.want.Block, first, n} {
		req = binary.BigEndian.AppendUint64(req, uint64(v))
	}
	if _, err := p.Write(req); err != nil {
		return err
	}
	if p.dest != nil {
		return p.save(first, n)
	}
	for left := n * (rawHeader + p.want.Block); left > 0; {
		m, err := p.Read(p.buf[:min(left, rawPiece)])
		if err != nil {
			return err
		}
		left -= int64(m)
	}
	return nil
}

// save reads a header, and then the block in pieces that are written where they belong.
func (p *rawPuller) save(first, n int64) error {
	var head [rawHeader]byte
	for i := first; i < first+n; i++ {
		if _, err := io.ReadFull(p.Conn, head[:]); err != nil {
			return err
		}
		if got := int64(binary.BigEndian.Uint64(head[:])); got != i {
			return fmt.Errorf("block %d came, %d was expected", got, i)
		}
		for at, end := i*p.want.Block, (i+1)*p.want.Block; at < end; {
			m, err := p.Read(p.buf[:min(end-at, rawPiece)])
			if err != nil {
				return err
			}
			if _, err := p.dest.WriteAt(p.buf[:m], at); err != nil {
				return err
			}
			at += int64(m)
		}
	}
	return nil
}

func (p *rawPuller) Close() error {
	if p.dest != nil {
		p.dest.Close() //nolint:errcheck // nobody reads it
	}
	return p.Conn.Close()
}
