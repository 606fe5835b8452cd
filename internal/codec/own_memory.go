// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"bytes"

	"github.com/twinwire/twinwire/api"
)

// OwnMemory is memory that messages keep: several have theirs in one piece. One task at a time may read into it. The zero
// value is ready to use.
type OwnMemory struct {
	parts api.Parts // of the message that is read
	left  []byte    // of the piece
	size  int       // of the piece
}

// What bounds a piece: who keeps one message keeps as much.
const (
	ownBytes      = 4 << 10 // of what comes over a connection
	ownReplyBytes = 1 << 10 // of the replies to one asker
	ownFieldBytes = 512     // of texts and bytes in messages that the serializer is for
)

// field returns a copy of b for a field of a message. Without m it is in memory of its own.
func (m *OwnMemory) field(b []byte) []byte {
	switch n := len(b); {
	case n == 0:
		return []byte{}
	case m == nil:
		return bytes.Clone(b)
	case n <= len(m.left): // as mostly
		own := m.left[:n:n]
		m.left = m.left[n:]
		copy(own, b)
		return own
	}
	return m.copy(b, ownFieldBytes)
}

// copy returns a copy of b, whose memory is its own, in a piece of at most so many bytes.
func (m *OwnMemory) copy(b []byte, most int) []byte {
	n := len(b)
	if n > len(m.left) {
		if n > most/4 {
			return bytes.Clone(b)
		}
		m.size = min(max(2*m.size, n), most)
		m.left = make([]byte, m.size)
	}
	own := m.left[:n:n]
	m.left = m.left[n:]
	copy(own, b)
	return own
}

// read has into, which reads its parts, read a copy of payload.
func (m *OwnMemory) read(into api.PartsReader, payload []byte, most int) (err error) {
	returned := false
	m.parts.Reset(m.copy(payload, most))
	defer func() {
		m.parts.Reset(nil)
		if !returned {
			err = panicAs(recover(), err, "decode", into)
		}
	}()
	err = into.ReadParts(&m.parts)
	returned = true
	return err
}
