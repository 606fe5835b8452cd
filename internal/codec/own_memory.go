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
	piece []byte
	used  int // of the piece
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
	}
	piece, from, to := m.copy(b, ownFieldBytes)
	return piece[from:to:to]
}

// copy copies b to a piece of memory of at most so many bytes, and returns where that is.
func (m *OwnMemory) copy(b []byte, most int) (piece []byte, from, to int) {
	n := len(b)
	if n > len(m.piece)-m.used {
		if n > most/4 {
			return bytes.Clone(b), 0, n
		}
		m.piece, m.used = make([]byte, min(max(2*len(m.piece), n), most)), 0
	}
	from = m.used
	m.used += n
	copy(m.piece[from:], b)
	return m.piece, from, m.used
}

// read has into, which reads its parts, read a copy of payload.
func (m *OwnMemory) read(into api.PartsReader, payload []byte, most int) (err error) {
	returned := false
	m.parts.Reset(m.copy(payload, most))
	defer func() {
		if m.parts.Rest(); len(payload) > most/4 { // nothing is left to who keeps them
			m.parts.Reset(nil, 0, 0)
		}
		if !returned {
			err = panicAs(recover(), err, "decode", into)
		}
	}()
	err = into.ReadParts(&m.parts)
	returned = true
	return err
}
