// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// UploadBlockStream is the meta data of an UploadStream that brings one
// block; an empty RpcResponse answers it.
type UploadBlockStream struct {
	BlockID  string
	Metadata []byte // how to store it: opaque here; aliases the input
}

// Type is TypeUploadBlockStream.
func (UploadBlockStream) Type() Type { return TypeUploadBlockStream }

// String is Spark's text of the message, which travels in errors about it.
func (m UploadBlockStream) String() string {
	return fmt.Sprintf("UploadBlockStream[blockId=%s,metadata size=%d]", m.BlockID, len(m.Metadata))
}

// Append appends the type byte and the fields.
func (m UploadBlockStream) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeUploadBlockStream))
	dst = wire.AppendString(dst, m.BlockID)
	return wire.AppendBytes(dst, m.Metadata)
}

// ParseUploadBlockStream reads a message of this type, its type byte first.
func ParseUploadBlockStream(b []byte) (UploadBlockStream, error) {
	r := wire.NewFieldReader(b, int8(TypeUploadBlockStream))
	m := UploadBlockStream{
		BlockID:  r.String(),
		Metadata: r.Bytes(),
	}
	return m, r.Err()
}
