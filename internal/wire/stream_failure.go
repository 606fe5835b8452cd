// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// StreamFailure answers a StreamRequest whose stream cannot be had.
type StreamFailure struct {
	StreamID string
	Error    string
}

// Type is TypeStreamFailure.
func (StreamFailure) Type() MessageType { return TypeStreamFailure }

// String shows the name and the error.
func (m StreamFailure) String() string {
	return fmt.Sprintf("StreamFailure[streamId=%s,error=%s]", m.StreamID, m.Error)
}

// AppendHeader appends the name and the error.
func (m StreamFailure) AppendHeader(dst []byte) []byte {
	return AppendString(AppendString(dst, m.StreamID), m.Error)
}

// ParseStreamFailure reads the payload of a StreamFailure frame.
func ParseStreamFailure(payload []byte) (StreamFailure, error) {
	r := NewFieldReader(payload, int8(TypeStreamFailure))
	m := StreamFailure{StreamID: r.String(), Error: r.String()}
	return m, r.Err()
}
