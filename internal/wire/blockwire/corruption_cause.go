// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// Cause is why a shuffle block is broken. 0 is on the wire. Follows
// checksum.Cause.
type Cause uint8

// The causes that a shuffle service finds.
const (
	DiskIssue                    Cause = 0
	NetworkIssue                 Cause = 1
	UnknownIssue                 Cause = 2
	ChecksumVerifyPass           Cause = 3
	UnsupportedChecksumAlgorithm Cause = 4
)

const causes = 5

// String is Spark's name of the cause.
func (c Cause) String() string {
	names := [causes]string{
		"DISK_ISSUE", "NETWORK_ISSUE", "UNKNOWN_ISSUE", "CHECKSUM_VERIFY_PASS", "UNSUPPORTED_CHECKSUM_ALGORITHM",
	}
	if c >= causes {
		return fmt.Sprintf("Cause(%d)", uint8(c))
	}
	return names[c]
}

// CorruptionCause answers a DiagnoseCorruption.
type CorruptionCause struct {
	Cause Cause
}

// Type is TypeCorruptionCause.
func (CorruptionCause) Type() Type { return TypeCorruptionCause }

// String is Spark's text of the message, which travels in errors about it.
func (m CorruptionCause) String() string { return fmt.Sprintf("CorruptionCause[cause=%s]", m.Cause) }

// Append appends the type byte and the cause.
func (m CorruptionCause) Append(dst []byte) []byte {
	return append(dst, byte(TypeCorruptionCause), byte(m.Cause))
}

// ParseCorruptionCause reads a message of this type, its type byte first. A
// cause that does not exist is a *CodeError.
func ParseCorruptionCause(b []byte) (CorruptionCause, error) {
	r := wire.NewFieldReader(b, int8(TypeCorruptionCause))
	m := CorruptionCause{Cause: Cause(r.Byte())}
	if m.Cause >= causes {
		r.Fail(&CodeError{Message: TypeCorruptionCause, Code: int8(m.Cause)})
	}
	return m, r.Err()
}
