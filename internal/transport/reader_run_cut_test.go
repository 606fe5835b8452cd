// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/buffer"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/netty"
)

// pieces is a connection that brings at most so many bytes at once.
type pieces struct {
	net.Conn
	data *bytes.Reader
	most func() int
}

func (c *pieces) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, errors.New("a read into no room")
	}
	return c.data.Read(p[:min(len(p), c.most())])
}

// item is a frame of a stream: a chunk, wanted or not, or a message.
type item struct {
	size            int
	message, unread bool
}

func (i item) bytes(at int) []byte {
	b := make([]byte, i.size)
	for j := range b {
		b[j] = byte(at*31 + j*7 + j>>8)
	}
	return b
}

// stream is the items as they come.
func stream(items []item) []byte {
	var s []byte
	for at, i := range items {
		b := i.bytes(at)
		if i.message {
			s = wire.AppendFrame(s, wire.OneWayMessage{Body: b})
			continue
		}
		s = append(wire.AppendChunkFetchSuccessHeader(s, 7, int32(at), int64(i.size)), b...)
	}
	return s
}

// readItems reads the items, keeps some bodies while others come, and compares all.
func readItems(r transport.Reader, items []item, keep func() bool) error {
	kept := map[int]api.ManagedBuffer{}
	check := func(at int, b []byte) error {
		if want := items[at].bytes(at); !bytes.Equal(b, want) {
			return fmt.Errorf("item %d: %d bytes instead of %d, or others", at, len(b), len(want))
		}
		return nil
	}
	defer func() {
		for _, b := range kept {
			b.Release()
		}
	}()
	for at, i := range items {
		waited := len(items) - at
		if i.unread {
			waited = 0
		}
		payload, body, err := r.Next(waited)
		switch {
		case err != nil:
			return fmt.Errorf("item %d: %w", at, err)
		case !i.message && !bytes.Equal(payload[:wire.ChunkFetchSuccessStart], wire.AppendChunkFetchSuccessHeader(nil, 7, int32(at), 0)[wire.FrameHeaderLen:]):
			return fmt.Errorf("item %d has another start: %x", at, payload)
		case body != nil:
			if kept[at] = body; keep() {
				continue
			}
			delete(kept, at)
			b, err := body.Bytes()
			if err == nil {
				err = check(at, b)
			}
			body.Release()
			if err != nil {
				return err
			}
		case !i.unread:
			if err := check(at, payload[len(payload)-i.size:]); err != nil {
				return err
			}
		}
	}
	for at, b := range kept {
		p, err := b.Bytes()
		if err == nil {
			err = check(at, p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drawItems draws chunks, mostly in runs of one size, with messages and chunks nobody waits for between.
func drawItems(rng *rand.Rand) (items []item) {
	sizes := []int{65_523, 65_524, 65_536, 66_000, 70_000, 87_000, 131_000, 131_093, 200_000, 262_200, 300_000, 600_000}
	for len(items) < 30 {
		size := sizes[rng.IntN(len(sizes))]
		for range 1 + rng.IntN(6) {
			switch rng.IntN(8) {
			case 0:
				items = append(items, item{size: rng.IntN(3) * 20_000, message: true})
			case 1:
				items = append(items, item{size: 66_000 + rng.IntN(2)*30_000, unread: true})
			default:
				items = append(items, item{size: size})
			}
		}
	}
	return items
}

// TestRunsCutAnywhere: whatever stands behind what, and however much each read brings, every frame has its own bytes, and
// the memory of every run is given back.
func TestRunsCutAnywhere(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for trial := range 60 {
		items := drawItems(rng)
		limit := []int{1 << 30, 200_000, 66_000, 1_500}[trial%4]
		whole := stream(items)
		cut := len(whole)
		if trial%5 == 4 {
			cut = rng.IntN(cut)
		}
		most := func() int { return limit }
		if trial%3 == 2 {
			most = func() int { return 1 + rng.IntN(limit) }
		}
		r := transport.NewReader(netty.NewRuntime(), &pieces{data: bytes.NewReader(whole[:cut]), most: most})
		runs := map[api.ManagedBuffer]bool{}
		err := readItems(r, items, func() bool {
			if run := r.Run(); run != nil {
				runs[run] = true
			}
			return rng.IntN(3) == 0
		})
		switch {
		case cut == len(whole) && err != nil:
			t.Errorf("trial %d: %v", trial, err)
		case cut < len(whole) && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			t.Errorf("trial %d, cut: %v", trial, err)
		}
		r.Close()
		for run := range runs {
			if _, err := run.Bytes(); !errors.Is(err, buffer.ErrReleased) {
				t.Errorf("trial %d: the memory of a run is still held: %v", trial, err)
			}
		}
	}
}

// TestRunThatIsJustFull: the last chunk fits, or lacks a byte.
func TestRunThatIsJustFull(t *testing.T) {
	const first = 70_000
	left := transport.RunBytes - first - transport.ChunkStart
	for _, last := range []int{left - 1, left, left + 1} {
		items := []item{{size: first}, {size: first}, {size: last}, {size: last}, {size: 100, message: true}}
		r := transport.NewReader(netty.NewRuntime(), &pieces{data: bytes.NewReader(stream(items)), most: func() int { return 1 << 30 }})
		if err := readItems(r, items, func() bool { return true }); err != nil {
			t.Errorf("a chunk of %d bytes where %d are left: %v", last, left, err)
		}
		r.Close()
	}
}

// TestRunUnderACipher: what comes behind an installed cipher is opened once and in order, also when a run had it already.
func TestRunUnderACipher(t *testing.T) {
	items := []item{{size: 70_000}, {size: 70_000}, {size: 70_000}, {size: 70_000}, {size: 70_000}, {size: 5, message: true}}
	plain, all := stream(items[:2]), stream(items)
	sealed := (&rot{}).Seal(nil, all[len(plain):])
	r := transport.NewReader(netty.NewRuntime(), &pieces{data: bytes.NewReader(append(plain, sealed...)), most: func() int { return 1 << 30 }})
	taken := 0
	err := readItems(r, items, func() bool {
		if taken++; taken == 2 {
			if err := r.Install(&rot{}); err != nil {
				t.Error(err)
			}
		}
		return true
	})
	if err != nil || r.Run() != nil {
		t.Errorf("%v; a run under a cipher: %v", err, r.Run() != nil)
	}
}

// TestRunThatEndsInAStart: a read brings a body and some bytes of what the next begins with.
func TestRunThatEndsInAStart(t *testing.T) {
	const size = 70_000
	items := []item{{size: size}, {size: size}, {size: size}, {size: size}, {size: 100, message: true}}
	for some := range transport.ChunkStart + 2 {
		reads := 0
		most := func() int {
			switch reads++; reads {
			case 1: // the first start, alone
				return transport.ChunkStart
			case 2: // the first body, and the start behind it
				return size + transport.ChunkStart
			case 3:
				return size + some
			}
			return 1 << 30
		}
		r := transport.NewReader(netty.NewRuntime(), &pieces{data: bytes.NewReader(stream(items)), most: most})
		if err := readItems(r, items, func() bool { return true }); err != nil {
			t.Errorf("%d bytes of a start: %v", some, err)
		}
		r.Close()
	}
}
