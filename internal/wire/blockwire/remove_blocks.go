// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// RemoveBlocks asks an external shuffle service to delete blocks; a
// BlocksRemoved answers it.
type RemoveBlocks struct {
	AppID    string
	ExecID   string
	BlockIDs []string
}

// Type is TypeRemoveBlocks.
func (RemoveBlocks) Type() Type { return TypeRemoveBlocks }

// String is Spark's text of the message, which travels in errors about it.
func (m RemoveBlocks) String() string {
	return fmt.Sprintf("RemoveBlocks[appId=%s,execId=%s,blockIds=%s]", m.AppID, m.ExecID, listText(m.BlockIDs))
}

// Append appends the type byte and the fields.
func (m RemoveBlocks) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeRemoveBlocks))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendString(dst, m.ExecID)
	return wire.AppendStrings(dst, m.BlockIDs)
}

// ParseRemoveBlocks reads a message of this type, its type byte first.
func ParseRemoveBlocks(b []byte) (RemoveBlocks, error) {
	r := wire.NewFieldReader(b, int8(TypeRemoveBlocks))
	m := RemoveBlocks{
		AppID:    r.String(),
		ExecID:   r.String(),
		BlockIDs: r.Strings(),
	}
	return m, r.Err()
}
