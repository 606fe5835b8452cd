// SPDX-License-Identifier: Apache-2.0

package api

import (
	"fmt"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"io"
)

// ChecksumAlgorithm is how the checksum of a shuffle block is computed (spark.shuffle.checksum.algorithm). The text is
// what stands in the names of Spark's checksum files.
type ChecksumAlgorithm string

// The algorithms of Spark's ShuffleChecksumHelper.
const (
	Adler32 ChecksumAlgorithm = "ADLER32"
	CRC32   ChecksumAlgorithm = "CRC32"
	CRC32C  ChecksumAlgorithm = "CRC32C"
)

// New returns a running checksum. An algorithm that does not exist is an error.
func (a ChecksumAlgorithm) New() (hash.Hash32, error) {
	switch a {
	case Adler32:
		return adler32.New(), nil
	case CRC32:
		return crc32.NewIEEE(), nil
	case CRC32C:
		return crc32.New(crc32.MakeTable(crc32.Castagnoli)), nil
	}
	return nil, fmt.Errorf("checksum algorithm %q: want ADLER32, CRC32 or CRC32C", string(a))
}

// Sum is the checksum of the bytes of b, which it reads in pieces.
func (a ChecksumAlgorithm) Sum(b ManagedBuffer) (uint32, error) {
	h, err := a.New()
	if err != nil {
		return 0, err
	}
	r, err := b.Open()
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(h, r)
	r.Close() // opened for reading
	if err == nil && n != b.Size() {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return 0, fmt.Errorf("checksum: %w", err)
	}
	return h.Sum32(), nil
}
