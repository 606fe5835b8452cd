// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// Diagnosis is a question about a block whose bytes did not add up where it was read.
type Diagnosis struct {
	Output    MapOutput
	Reduce    int32
	Algorithm api.ChecksumAlgorithm
	Read      int64 // the sum of what the reader got
}

// Diagnose says where the bytes went wrong: it reads the block again and compares the sums of its writer, of now and of
// the reader. Follows ShuffleChecksumHelper.
func (s *Store) Diagnose(d Dirs, q Diagnosis) blockwire.Cause {
	if _, err := q.Algorithm.New(); err != nil {
		return blockwire.UnsupportedChecksumAlgorithm
	}
	stored, err := storedSum(d.Find(q.Output.ChecksumFile(q.Algorithm)), q.Reduce)
	if err != nil {
		return blockwire.UnknownIssue
	}
	block, err := s.Blocks(d, q.Output, q.Reduce, q.Reduce+1)
	if err != nil {
		return blockwire.UnknownIssue
	}
	now, err := q.Algorithm.Sum(block)
	switch {
	case err != nil:
		return blockwire.UnknownIssue
	case int64(now) != stored:
		return blockwire.DiskIssue
	case int64(now) != q.Read:
		return blockwire.NetworkIssue
	}
	return blockwire.ChecksumVerifyPass
}

// storedSum reads the sum that the writer left for a reducer.
func storedSum(at Place, reduce int32) (int64, error) {
	if reduce < 0 {
		return 0, fmt.Errorf("read %s: reducer %d", at.Path, reduce)
	}
	f, err := at.Files.Open(at.Name)
	if err != nil {
		return 0, &MissingError{Path: at.Path, Cause: err}
	}
	defer f.Close()
	var b [8]byte
	if n, err := f.ReadAt(b[:], 8*int64(reduce)); n < len(b) {
		return 0, fmt.Errorf("read %s: reducer %d: %w", at.Path, reduce, errors.Join(ErrTorn, err))
	}
	return int64(binary.BigEndian.Uint64(b[:])), nil
}
