// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"bytes"

	"github.com/twinwire/twinwire/api"
)

// OwnMemory is memory that messages keep: several have theirs in one piece. One task at a time may read into it. The zero
// value is ready to use.
type OwnMemory struct {
	parts api.Parts // of the message that is read, in a piece
	size  int       // of that
	piece []byte    // of fields
	used  int       // of that
	last  *typeInfo // of the last reply that read its parts; nil: there was none
}

// What bounds a piece: who keeps one message keeps as much. Of memory of this size the runtime makes more at once than of a
// little more.
const (
	ownBytes      = 3 << 10 // of what comes over a connection
	ownReplyBytes = 1 << 10 // of the replies to one asker
	ownFieldBytes = 512     // of texts and bytes in messages that the serializer is for
)

// field returns a copy of b for a field of a message. Without m it is in memory of its own.
func (m *OwnMemory) field(b []byte) []byte {
	switch {
	case len(b) == 0:
		return []byte{}
	case m == nil:
		return bytes.Clone(b)
	case len(b) <= len(m.piece)-m.used:
	case len(b) > ownFieldBytes/4:
		return bytes.Clone(b)
	default:
		m.piece, m.used = make([]byte, pieceSize(len(m.piece), len(b), ownFieldBytes)), 0
	}
	from := m.used
	m.used += copy(m.piece[from:], b)
	return m.piece[from:m.used:m.used]
}

// pieceSize is the size of a piece behind one of size last, for n bytes at least, most at most.
func pieceSize(last, n, most int) int { return min(max(2*last, n), most) }

// read has into, which reads its parts, read a copy of payload.
func (m *OwnMemory) read(into api.PartsReader, payload []byte, most int) (err error) {
	if !m.parts.Hold(payload) {
		return m.readElsewhere(into, payload, most)
	}
	return m.readHeld(into)
}

// readHeld has into read what parts hold.
func (m *OwnMemory) readHeld(into api.PartsReader) (err error) {
	reading := true
	defer func() {
		if reading {
			err = panicAs(recover(), err, "decode", into)
			m.parts.End()
		}
	}()
	err = into.ReadParts(&m.parts)
	reading = false
	m.parts.End() // nothing is left to who keeps them
	return err
}

// HoldReply keeps a copy of what content, a reply, holds, where another will read it by [Codec.ReadHeld], if it is one like
// the last and there is room.
func (m *OwnMemory) HoldReply(content []byte) bool {
	if m.last == nil {
		return false
	}
	head := m.last.head
	return len(content) >= len(head) && string(content[:len(head)]) == string(head) && m.parts.Hold(content[len(head):])
}

// readElsewhere is read where there is no room in the last piece.
func (m *OwnMemory) readElsewhere(into api.PartsReader, payload []byte, most int) error {
	if len(payload) <= most/4 {
		m.size = pieceSize(m.size, len(payload), most)
		m.parts.Reset(make([]byte, m.size))
		return m.read(into, payload, most)
	}
	piece := m.parts
	m.parts.Reset(make([]byte, len(payload)))
	err := m.read(into, payload, most)
	m.parts = piece
	return err
}
