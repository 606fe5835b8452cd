// SPDX-License-Identifier: Apache-2.0

package shuffle

import "github.com/twinwire/twinwire/api"

// JavaHash is javaHash.
var JavaHash = javaHash

// Sum is what a reader of a block computes.
func Sum(s *Store, d Dirs, m MapOutput, reduce int32, a api.ChecksumAlgorithm) (int64, error) {
	block, err := s.Blocks(d, m, reduce, reduce+1)
	if err != nil {
		return 0, err
	}
	sum, err := a.Sum(block)
	return int64(sum), err
}
