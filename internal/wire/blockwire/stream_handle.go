// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// StreamHandle answers a request for blocks: chunks 0 to NumChunks-1 of the
// stream are fetched with ChunkFetchRequests, in order.
type StreamHandle struct {
	StreamID  int64 // local to the server that made it
	NumChunks int32
}

// Type is TypeStreamHandle.
func (StreamHandle) Type() Type { return TypeStreamHandle }

// String is Spark's text of the message, which travels in errors about it.
func (m StreamHandle) String() string {
	return fmt.Sprintf("StreamHandle[streamId=%d,numChunks=%d]", m.StreamID, m.NumChunks)
}

// Append appends the type byte and the fields.
func (m StreamHandle) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeStreamHandle))
	dst = wire.AppendInt64(dst, m.StreamID)
	return wire.AppendInt32(dst, m.NumChunks)
}

// ParseStreamHandle reads a message of this type, its type byte first.
func ParseStreamHandle(b []byte) (StreamHandle, error) {
	r := wire.NewFieldReader(b, int8(TypeStreamHandle))
	m := StreamHandle{
		StreamID:  r.Int64(),
		NumChunks: r.Int32(),
	}
	return m, r.Err()
}
