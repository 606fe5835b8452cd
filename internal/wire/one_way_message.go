// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/binary"
	"fmt"
)

// OneWayHeaderLen is the size of a frame with a OneWayMessage in front of its
// body, the length field included.
const OneWayHeaderLen = FrameHeaderLen + 1 + 4

// OneWayMessage carries a body like an RpcRequest and is never answered.
type OneWayMessage struct {
	Body []byte // the rest of the frame
}

// Type is TypeOneWayMessage.
func (OneWayMessage) Type() MessageType { return TypeOneWayMessage }

// String shows the size of the body.
func (m OneWayMessage) String() string {
	return fmt.Sprintf("OneWayMessage[body=%d bytes]", len(m.Body))
}

// AppendHeader appends the size of the body.
func (m OneWayMessage) AppendHeader(dst []byte) []byte {
	return m.appendHeaderFor(dst, int64(len(m.Body)))
}

func (m OneWayMessage) appendHeaderFor(dst []byte, bodyLen int64) []byte {
	return AppendInt32(dst, int32(bodyLen))
}

func (m OneWayMessage) inFrame() []byte { return m.Body }

// AppendOneWayHeader appends the frame of a OneWayMessage up to its body of
// bodyLen bytes, which the caller appends or sends next. It allocates nothing
// when dst has room for OneWayHeaderLen bytes.
func AppendOneWayHeader(dst []byte, bodyLen int) []byte {
	dst = appendFrameStart(dst, TypeOneWayMessage, 4, int64(bodyLen))
	return AppendInt32(dst, int32(bodyLen))
}

// PutOneWayLength fills in how long a frame with a OneWayMessage is: its header and its body, which is the rest of frame.
func PutOneWayLength(frame []byte) {
	binary.BigEndian.PutUint64(frame, uint64(len(frame)))
	binary.BigEndian.PutUint32(frame[FrameHeaderLen+1:], uint32(len(frame)-OneWayHeaderLen))
}

// ParseOneWayMessage reads the payload of a OneWayMessage frame and allocates
// nothing; body aliases payload and is the rest of the frame.
func ParseOneWayMessage(payload []byte) (body []byte, err error) {
	if len(payload) < 5 || PeekType(payload) != TypeOneWayMessage {
		r := NewFieldReader(payload, int8(TypeOneWayMessage))
		r.Int32()
		return nil, r.Err()
	}
	return payload[5:], nil
}
