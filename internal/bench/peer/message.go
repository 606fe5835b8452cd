// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"encoding/binary"
	"errors"
)

// Message is what we and net/rpc echo.
type Message struct {
	ID   int64  `cbor:"1,keyasint"`
	Name string `cbor:"2,keyasint"`
	Data []byte `cbor:"3,keyasint"`
}

// SelfMessage is a Message that encodes itself: the number in 8 bytes, the name behind its length, the rest is data.
type SelfMessage Message

// message is either form of our message.
type message interface{ Message | SelfMessage }

// AppendBinary implements encoding.BinaryAppender.
func (m SelfMessage) AppendBinary(b []byte) ([]byte, error) {
	b = binary.BigEndian.AppendUint64(b, uint64(m.ID))
	b = binary.AppendUvarint(b, uint64(len(m.Name)))
	b = append(b, m.Name...)
	return append(b, m.Data...), nil
}

var errShort = errors.New("message too short")

// UnmarshalBinary implements encoding.BinaryUnmarshaler. It keeps nothing of b.
func (m *SelfMessage) UnmarshalBinary(b []byte) error {
	if len(b) < 8 {
		return errShort
	}
	id, b := binary.BigEndian.Uint64(b), b[8:]
	length, n := binary.Uvarint(b)
	if n <= 0 || length > uint64(len(b)-n) {
		return errShort
	}
	b = b[n:]
	data := make([]byte, len(b)-int(length))
	copy(data, b[length:])
	*m = SelfMessage{ID: int64(id), Name: string(b[:length]), Data: data}
	return nil
}
