// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// RegisterExecutor tells an external shuffle service where an executor keeps its
// shuffle files; an empty RpcResponse answers it. Spark nests the last three
// fields in an ExecutorShuffleInfo, which leaves no trace on the wire.
type RegisterExecutor struct {
	AppID              string
	ExecID             string
	LocalDirs          []string
	SubDirsPerLocalDir int32
	ShuffleManager     string // class name, with ":" and JSON behind it when blocks are pushed
}

// Type is TypeRegisterExecutor.
func (RegisterExecutor) Type() Type { return TypeRegisterExecutor }

// String is Spark's text of the message, which travels in errors about it.
func (m RegisterExecutor) String() string {
	return fmt.Sprintf("RegisterExecutor[appId=%s,execId=%s,"+
		"executorInfo=ExecutorShuffleInfo[localDirs=%s,subDirsPerLocalDir=%d,shuffleManager=%s]]",
		m.AppID, m.ExecID, listText(m.LocalDirs), m.SubDirsPerLocalDir, m.ShuffleManager)
}

// Append appends the type byte and the fields.
func (m RegisterExecutor) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeRegisterExecutor))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendString(dst, m.ExecID)
	dst = wire.AppendStrings(dst, m.LocalDirs)
	dst = wire.AppendInt32(dst, m.SubDirsPerLocalDir)
	return wire.AppendString(dst, m.ShuffleManager)
}

// ParseRegisterExecutor reads a message of this type, its type byte first.
func ParseRegisterExecutor(b []byte) (RegisterExecutor, error) {
	r := wire.NewFieldReader(b, int8(TypeRegisterExecutor))
	m := RegisterExecutor{
		AppID:              r.String(),
		ExecID:             r.String(),
		LocalDirs:          r.Strings(),
		SubDirsPerLocalDir: r.Int32(),
		ShuffleManager:     r.String(),
	}
	return m, r.Err()
}
