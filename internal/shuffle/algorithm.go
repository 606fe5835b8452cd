// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"hash"
	"hash/adler32"
	"hash/crc32"
)

// Algorithm is how blocks are summed (spark.shuffle.checksum.algorithm). Its text is the ending of the checksum file.
type Algorithm string

// The algorithms Spark knows.
const (
	Adler32 Algorithm = "ADLER32" // Spark's default
	CRC32   Algorithm = "CRC32"
	CRC32C  Algorithm = "CRC32C"
)

// newSum returns a fresh sum, or nil when the algorithm is not known.
func (a Algorithm) newSum() hash.Hash32 {
	switch a {
	case Adler32:
		return adler32.New()
	case CRC32:
		return crc32.NewIEEE()
	case CRC32C:
		return crc32.New(crc32.MakeTable(crc32.Castagnoli))
	}
	return nil
}
