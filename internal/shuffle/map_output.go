// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"fmt"

	"github.com/twinwire/twinwire/api"
)

// MapOutput names what one map task wrote. Spark numbers the tasks of all attempts through, so a repeated task writes
// under another name.
type MapOutput struct {
	Shuffle int32
	Map     int64
}

// DataFile is the name of the file with the blocks.
func (m MapOutput) DataFile() string { return fmt.Sprintf("shuffle_%d_%d_0.data", m.Shuffle, m.Map) }

// IndexFile is the name of the file that says where they are.
func (m MapOutput) IndexFile() string { return fmt.Sprintf("shuffle_%d_%d_0.index", m.Shuffle, m.Map) }

// ChecksumFile is the name of the file with their checksums.
func (m MapOutput) ChecksumFile(a api.ChecksumAlgorithm) string {
	return fmt.Sprintf("shuffle_%d_%d_0.checksum.%s", m.Shuffle, m.Map, a)
}

// String is Spark's name of the output.
func (m MapOutput) String() string { return fmt.Sprintf("shuffle_%d_%d", m.Shuffle, m.Map) }
