// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// BlocksRemoved answers a RemoveBlocks.
type BlocksRemoved struct {
	NumRemovedBlocks int32
}

// Type is TypeBlocksRemoved.
func (BlocksRemoved) Type() Type { return TypeBlocksRemoved }

// String is Spark's text of the message, which travels in errors about it.
func (m BlocksRemoved) String() string {
	return fmt.Sprintf("BlocksRemoved[numRemovedBlocks=%d]", m.NumRemovedBlocks)
}

// Append appends the type byte and the fields.
func (m BlocksRemoved) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeBlocksRemoved))
	return wire.AppendInt32(dst, m.NumRemovedBlocks)
}

// ParseBlocksRemoved reads a message of this type, its type byte first.
func ParseBlocksRemoved(b []byte) (BlocksRemoved, error) {
	r := wire.NewFieldReader(b, int8(TypeBlocksRemoved))
	m := BlocksRemoved{
		NumRemovedBlocks: r.Int32(),
	}
	return m, r.Err()
}
