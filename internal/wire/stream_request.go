// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// StreamRequest asks for a stream by name: a file of an RpcEnv's file server,
// or a chunk spelled "<streamId>_<chunkIndex>".
type StreamRequest struct {
	StreamID string
}

// Type is TypeStreamRequest.
func (StreamRequest) Type() MessageType { return TypeStreamRequest }

// String shows the name.
func (m StreamRequest) String() string { return fmt.Sprintf("StreamRequest[streamId=%s]", m.StreamID) }

// AppendHeader appends the name.
func (m StreamRequest) AppendHeader(dst []byte) []byte { return AppendString(dst, m.StreamID) }

// ParseStreamRequest reads the payload of a StreamRequest frame.
func ParseStreamRequest(payload []byte) (StreamRequest, error) {
	r := NewFieldReader(payload, int8(TypeStreamRequest))
	m := StreamRequest{StreamID: r.String()}
	return m, r.Err()
}
