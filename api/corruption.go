// SPDX-License-Identifier: Apache-2.0

package api

import "fmt"

// CorruptionCause is why a shuffle block arrived with another checksum than it was written with; the numbers are those on
// the wire. It follows Spark's checksum.Cause.
type CorruptionCause uint8

// The causes that the service that has the block can find.
const (
	DiskIssue                    CorruptionCause = 0 // the block has changed where it is stored
	NetworkIssue                 CorruptionCause = 1 // it is stored well and arrived otherwise
	UnknownIssue                 CorruptionCause = 2 // nobody can tell
	ChecksumVerifyPass           CorruptionCause = 3 // nothing is wrong
	UnsupportedChecksumAlgorithm CorruptionCause = 4
)

// String is Spark's name of the cause.
func (c CorruptionCause) String() string {
	names := [...]string{"DISK_ISSUE", "NETWORK_ISSUE", "UNKNOWN_ISSUE", "CHECKSUM_VERIFY_PASS", "UNSUPPORTED_CHECKSUM_ALGORITHM"}
	if int(c) < len(names) {
		return names[c]
	}
	return fmt.Sprintf("CorruptionCause(%d)", uint8(c))
}

// CorruptBlock is a shuffle block whose bytes do not have the checksum that they were written with.
type CorruptBlock struct {
	BlockID   string // shuffle_<shuffleId>_<mapId>_<reduceId>
	Algorithm ChecksumAlgorithm
	Checksum  uint32 // what the bytes that arrived have
}

// CorruptionDiagnoser is an optional ability of a [BlockDataManager]: to find out why a block arrived broken. Without it
// the answer is [UnknownIssue].
type CorruptionDiagnoser interface {
	DiagnoseCorruption(block CorruptBlock) CorruptionCause
}

// CorruptBlockError says that a block arrived with another checksum than it was written with. It is never an I/O error:
// asking again is up to who knows the cause.
type CorruptBlockError struct {
	CorruptBlock
	Want  uint32 // the checksum it was written with
	Cause CorruptionCause
}

// Error returns "Block id is corrupted due to CAUSE", in Spark's words, and the checksums.
func (e *CorruptBlockError) Error() string {
	return fmt.Sprintf("Block %s is corrupted due to %v: %v %08x, want %08x", e.BlockID, e.Cause, e.Algorithm, e.Checksum, e.Want)
}
