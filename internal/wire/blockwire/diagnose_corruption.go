// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// DiagnoseCorruption asks why a shuffle block that arrived with another
// checksum is broken; a CorruptionCause answers it.
type DiagnoseCorruption struct {
	AppID     string
	ExecID    string
	ShuffleID int32
	MapID     int64
	ReduceID  int32
	Checksum  int64  // what the reader computed
	Algorithm string // ADLER32, CRC32 or CRC32C
}

// Type is TypeDiagnoseCorruption.
func (DiagnoseCorruption) Type() Type { return TypeDiagnoseCorruption }

// String is Spark's text of the message, which travels in errors about it.
func (m DiagnoseCorruption) String() string {
	return fmt.Sprintf("DiagnoseCorruption[appId=%s,execId=%s,shuffleId=%d,mapId=%d,reduceId=%d,checksum=%d,algorithm=%s]",
		m.AppID, m.ExecID, m.ShuffleID, m.MapID, m.ReduceID, m.Checksum, m.Algorithm)
}

// Append appends the type byte and the fields.
func (m DiagnoseCorruption) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeDiagnoseCorruption))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendString(dst, m.ExecID)
	dst = wire.AppendInt32(dst, m.ShuffleID)
	dst = wire.AppendInt64(dst, m.MapID)
	dst = wire.AppendInt32(dst, m.ReduceID)
	dst = wire.AppendInt64(dst, m.Checksum)
	return wire.AppendString(dst, m.Algorithm)
}

// ParseDiagnoseCorruption reads a message of this type, its type byte first.
func ParseDiagnoseCorruption(b []byte) (DiagnoseCorruption, error) {
	r := wire.NewFieldReader(b, int8(TypeDiagnoseCorruption))
	m := DiagnoseCorruption{
		AppID:     r.String(),
		ExecID:    r.String(),
		ShuffleID: r.Int32(),
		MapID:     r.Int64(),
		ReduceID:  r.Int32(),
		Checksum:  r.Int64(),
		Algorithm: r.String(),
	}
	return m, r.Err()
}
