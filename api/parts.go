// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/binary"
	"fmt"
	"unsafe"
)

// PartsReader is a message that encodes itself and, where it comes from another env, keeps parts of the memory it came in
// instead of copies: who receives many small messages, or asks for many small replies, makes little garbage. It still has an
// UnmarshalBinary, for where that memory is not its own, as that of an error. That may be
//
//	func (m *Acquire) UnmarshalBinary(b []byte) error { return m.ReadParts(api.NewParts(bytes.Clone(b))) }
type PartsReader interface {
	// ReadParts sets the message to what p holds. p is valid for the call, what it hands out is the message's for good.
	// Messages that came together have their bytes in one piece of memory: one that is kept keeps up to 3 KiB, a reply 1 KiB.
	ReadParts(p *Parts) error
}

// Parts hands out the bytes of a message, from the first to the last, each of them once: so text and bytes need no copy. When
// fewer are left than asked for it hands out zero values from there on, and Err says so.
type Parts struct {
	b       []byte
	at, end int // where in b what is left is: to move b itself would write a pointer, which costs more
	err     error
}

// NewParts returns the parts of b, which must not be used by others any more.
func NewParts(b []byte) *Parts { return &Parts{b: b, end: len(b)} }

// Reset makes b, which must not be used by others any more, the memory for what p holds next.
func (p *Parts) Reset(b []byte) { *p = Parts{b: b} }

// Hold makes p the parts of a copy of message, behind what it held before; false if its memory has no room for that.
func (p *Parts) Hold(message []byte) bool {
	end := p.end
	if len(message) > len(p.b)-end {
		return false
	}
	if p.err != nil {
		p.err = nil
	}
	p.at = end
	p.end = end + copy(p.b[end:], message)
	return true
}

// Err tells that something was asked for that was not there.
func (p *Parts) Err() error { return p.err }

// Len is how many bytes are left.
func (p *Parts) Len() int { return p.end - p.at }

// Bytes takes the next n bytes.
func (p *Parts) Bytes(n int) []byte {
	at := p.at
	if uint(n) > uint(p.end-at) {
		p.short(uint64(n))
		return nil
	}
	p.at = at + n
	return p.b[at : at+n : at+n]
}

// Rest takes what is left.
func (p *Parts) Rest() []byte {
	b := p.b[p.at:p.end:p.end]
	p.at = p.end
	return b
}

// End leaves nothing to take.
func (p *Parts) End() { p.at = p.end }

// Text takes the next n bytes as text.
func (p *Parts) Text(n int) string {
	b := p.Bytes(n)
	return unsafe.String(unsafe.SliceData(b), len(b)) //nolint:gosec // nobody else gets these bytes
}

// Byte takes the next byte.
func (p *Parts) Byte() byte {
	if b := p.Bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// Uint32 takes the next 4 bytes as a number, the highest first.
func (p *Parts) Uint32() uint32 {
	if b := p.Bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// Uint64 takes the next 8 bytes as a number, the highest first.
func (p *Parts) Uint64() uint64 {
	at := p.at
	if p.end-at < 8 {
		p.short(8)
		return 0
	}
	p.at = at + 8
	return binary.BigEndian.Uint64(p.b[at : at+8])
}

// Uvarint takes a number as binary.AppendUvarint writes it.
func (p *Parts) Uvarint() uint64 {
	if b := p.b[p.at:p.end]; len(b) > 0 && b[0] < 0x80 {
		p.at++
		return uint64(b[0])
	}
	return p.longUvarint()
}

func (p *Parts) longUvarint() uint64 {
	v, n := binary.Uvarint(p.b[p.at:p.end])
	if n <= 0 {
		p.short(1)
		return 0
	}
	p.at += n
	return v
}

// Size takes the length of what follows, as Uvarint does; it is 0 when so much is not left.
func (p *Parts) Size() int {
	if at := p.at; at < p.end {
		if n := int(p.b[at]); n < p.end-at && n < 0x80 { // as mostly
			p.at = at + 1
			return n
		}
	}
	return p.longSize()
}

func (p *Parts) longSize() int {
	n := p.Uvarint()
	if n > uint64(p.Len()) {
		p.short(n)
		return 0
	}
	return int(n)
}

// short refuses what is asked for, and all that follows.
func (p *Parts) short(n uint64) {
	if p.err == nil {
		p.err = fmt.Errorf("message too short: %d bytes are left of %d", p.Len(), n)
	}
	p.at = p.end
}
