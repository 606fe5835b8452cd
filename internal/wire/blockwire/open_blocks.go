// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// OpenBlocks asks for blocks by id, shuffle blocks among them; a
// StreamHandle answers it, whose chunks are the blocks in this order.
type OpenBlocks struct {
	AppID    string
	ExecID   string
	BlockIDs []string
}

// Type is TypeOpenBlocks.
func (OpenBlocks) Type() Type { return TypeOpenBlocks }

// String is Spark's text of the message, which travels in errors about it.
func (m OpenBlocks) String() string {
	return fmt.Sprintf("OpenBlocks[appId=%s,execId=%s,blockIds=%s]", m.AppID, m.ExecID, listText(m.BlockIDs))
}

// Append appends the type byte and the fields.
func (m OpenBlocks) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeOpenBlocks))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendString(dst, m.ExecID)
	return wire.AppendStrings(dst, m.BlockIDs)
}

// ParseOpenBlocks reads a message of this type, its type byte first.
func ParseOpenBlocks(b []byte) (OpenBlocks, error) {
	r := wire.NewFieldReader(b, int8(TypeOpenBlocks))
	m := OpenBlocks{
		AppID:    r.String(),
		ExecID:   r.String(),
		BlockIDs: r.Strings(),
	}
	return m, r.Err()
}
