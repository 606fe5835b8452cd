// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"bytes"

	"github.com/twinwire/twinwire/api"
)

// ownMemory is memory that messages keep: several have theirs in one piece.
type ownMemory struct {
	parts api.Parts // of the message that is read
	left  []byte    // of the piece
	size  int       // of the piece
}

// ownBytes bounds a piece: who keeps one message keeps as much.
const ownBytes = 4 << 10

// copy returns a copy of b, whose memory is its own.
func (m *ownMemory) copy(b []byte) []byte {
	n := len(b)
	if n > len(m.left) {
		if n > ownBytes/4 {
			return bytes.Clone(b)
		}
		m.size = min(max(2*m.size, n), ownBytes)
		m.left = make([]byte, m.size)
	}
	own := m.left[:n:n]
	m.left = m.left[n:]
	copy(own, b)
	return own
}

// read has into, which reads its parts, read a copy of payload.
func (m *ownMemory) read(into api.PartsReader, payload []byte) (err error) {
	returned := false
	m.parts.Reset(m.copy(payload))
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
