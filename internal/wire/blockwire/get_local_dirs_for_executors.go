// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// GetLocalDirsForExecutors asks for the local directories of executors; a
// LocalDirsForExecutors answers it.
type GetLocalDirsForExecutors struct {
	AppID   string
	ExecIDs []string
}

// Type is TypeGetLocalDirsForExecutors.
func (GetLocalDirsForExecutors) Type() Type { return TypeGetLocalDirsForExecutors }

// String is Spark's text of the message, which travels in errors about it.
func (m GetLocalDirsForExecutors) String() string {
	return fmt.Sprintf("GetLocalDirsForExecutors[appId=%s,execIds=%s]", m.AppID, listText(m.ExecIDs))
}

// Append appends the type byte and the fields.
func (m GetLocalDirsForExecutors) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeGetLocalDirsForExecutors))
	dst = wire.AppendString(dst, m.AppID)
	return wire.AppendStrings(dst, m.ExecIDs)
}

// ParseGetLocalDirsForExecutors reads a message of this type, its type byte first.
func ParseGetLocalDirsForExecutors(b []byte) (GetLocalDirsForExecutors, error) {
	r := wire.NewFieldReader(b, int8(TypeGetLocalDirsForExecutors))
	m := GetLocalDirsForExecutors{
		AppID:   r.String(),
		ExecIDs: r.Strings(),
	}
	return m, r.Err()
}
