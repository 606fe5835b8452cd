// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// UploadBlock brings one whole block; an empty RpcResponse answers it.
type UploadBlock struct {
	AppID     string
	ExecID    string
	BlockID   string
	Metadata  []byte // how to store it: opaque here; aliases the input
	BlockData []byte // aliases the input
}

// Type is TypeUploadBlock.
func (UploadBlock) Type() Type { return TypeUploadBlock }

// String is Spark's text of the message, which travels in errors about it.
func (m UploadBlock) String() string {
	return fmt.Sprintf("UploadBlock[appId=%s,execId=%s,blockId=%s,metadata size=%d,block size=%d]",
		m.AppID, m.ExecID, m.BlockID, len(m.Metadata), len(m.BlockData))
}

// Append appends the type byte and the fields.
func (m UploadBlock) Append(dst []byte) []byte {
	return append(m.AppendStart(dst, len(m.BlockData)), m.BlockData...)
}

// AppendStart appends the message up to its BlockData of size bytes, which the
// caller appends or sends next.
func (m UploadBlock) AppendStart(dst []byte, size int) []byte {
	dst = append(dst, byte(TypeUploadBlock))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendString(dst, m.ExecID)
	dst = wire.AppendString(dst, m.BlockID)
	dst = wire.AppendBytes(dst, m.Metadata)
	return wire.AppendInt32(dst, int32(size))
}

// ParseUploadBlock reads a message of this type, its type byte first.
func ParseUploadBlock(b []byte) (UploadBlock, error) {
	r := wire.NewFieldReader(b, int8(TypeUploadBlock))
	m := UploadBlock{
		AppID:     r.String(),
		ExecID:    r.String(),
		BlockID:   r.String(),
		Metadata:  r.Bytes(),
		BlockData: r.Bytes(),
	}
	return m, r.Err()
}
