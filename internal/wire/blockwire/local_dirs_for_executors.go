// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// LocalDirsForExecutors answers a GetLocalDirsForExecutors. The directories of
// all executors lie in one list; see Dirs and NewLocalDirsForExecutors.
type LocalDirsForExecutors struct {
	ExecIDs            []string
	NumLocalDirsByExec []int32
	AllLocalDirs       []string
}

// NewLocalDirsForExecutors makes the message of the directories of each
// executor: dirs[i] are those of execIDs[i].
func NewLocalDirsForExecutors(execIDs []string, dirs [][]string) LocalDirsForExecutors {
	m := LocalDirsForExecutors{ExecIDs: execIDs}
	for _, list := range dirs {
		m.NumLocalDirsByExec = append(m.NumLocalDirsByExec, int32(len(list)))
		m.AllLocalDirs = append(m.AllLocalDirs, list...)
	}
	return m
}

// Dirs splits the directories: those of ExecIDs[i] come out at i, parts of
// AllLocalDirs. It returns a *ShapeError when the numbers do not add up.
func (m LocalDirsForExecutors) Dirs() ([][]string, error) {
	if len(m.ExecIDs) != len(m.NumLocalDirsByExec) {
		why := fmt.Sprintf("%d executors but %d numbers of directories", len(m.ExecIDs), len(m.NumLocalDirsByExec))
		return nil, &ShapeError{Message: m.Type(), Why: why}
	}
	dirs := make([][]string, len(m.ExecIDs))
	rest := m.AllLocalDirs
	for i, n := range m.NumLocalDirsByExec {
		if n < 0 || int(n) > len(rest) {
			why := fmt.Sprintf("executor %s has %d directories of the %d left", m.ExecIDs[i], n, len(rest))
			return nil, &ShapeError{Message: m.Type(), Why: why}
		}
		dirs[i], rest = rest[:n:n], rest[n:]
	}
	return dirs, nil
}

// Type is TypeLocalDirsForExecutors.
func (LocalDirsForExecutors) Type() Type { return TypeLocalDirsForExecutors }

// String is Spark's text of the message, which travels in errors about it.
func (m LocalDirsForExecutors) String() string {
	return fmt.Sprintf("LocalDirsForExecutors[execIds=%s,numLocalDirsByExec=%s,allLocalDirs=%s]",
		listText(m.ExecIDs), listText(m.NumLocalDirsByExec), listText(m.AllLocalDirs))
}

// Append appends the type byte and the fields.
func (m LocalDirsForExecutors) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeLocalDirsForExecutors))
	dst = wire.AppendStrings(dst, m.ExecIDs)
	dst = wire.AppendInt32s(dst, m.NumLocalDirsByExec)
	return wire.AppendStrings(dst, m.AllLocalDirs)
}

// ParseLocalDirsForExecutors reads a message of this type, its type byte first.
func ParseLocalDirsForExecutors(b []byte) (LocalDirsForExecutors, error) {
	r := wire.NewFieldReader(b, int8(TypeLocalDirsForExecutors))
	m := LocalDirsForExecutors{
		ExecIDs:            r.Strings(),
		NumLocalDirsByExec: r.Int32s(),
		AllLocalDirs:       r.Strings(),
	}
	return m, r.Err()
}
