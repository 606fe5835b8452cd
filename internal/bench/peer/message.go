// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"bytes"
	"encoding/binary"

	"github.com/twinwire/twinwire/api"
)

// Message is what we and net/rpc echo.
type Message struct {
	ID   int64  `cbor:"1,keyasint"`
	Name string `cbor:"2,keyasint"`
	Data []byte `cbor:"3,keyasint"`
}

// WireName implements api.WireNamer: it travels with each message, and is shorter than the path of this package.
func (Message) WireName() string { return "echo.Message" }

// SelfMessage is a Message that encodes itself: the number in 8 bytes, the name behind its length, the rest is data.
type SelfMessage Message

// message is either form of our message.
type message interface{ Message | SelfMessage }

// WireName implements api.WireNamer.
func (SelfMessage) WireName() string { return "echo.SelfMessage" }

// AppendBinary implements encoding.BinaryAppender.
func (m SelfMessage) AppendBinary(b []byte) ([]byte, error) {
	b = binary.BigEndian.AppendUint64(b, uint64(m.ID))
	b = binary.AppendUvarint(b, uint64(len(m.Name)))
	b = append(b, m.Name...)
	return append(b, m.Data...), nil
}

// ReadParts implements api.PartsReader.
func (m *SelfMessage) ReadParts(p *api.Parts) error {
	m.ID = int64(p.Uint64())
	m.Name = p.Text(p.Size())
	m.Data = p.Rest()
	return p.Err()
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. It keeps nothing of b.
func (m *SelfMessage) UnmarshalBinary(b []byte) error {
	return m.ReadParts(api.NewParts(bytes.Clone(b)))
}
