// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// RawCountError says that a StreamResponse or UploadStream announced a negative
// number of raw bytes. Spark takes such a stream for an empty one; we do not
// guess where the next frame starts, so the connection must be closed.
type RawCountError struct {
	Count int64
}

// Error names the count.
func (e *RawCountError) Error() string { return fmt.Sprintf("negative raw byte count: %d", e.Count) }

// JavaText is the first line a JVM would print; see the function of that name.
func (e *RawCountError) JavaText() string {
	return "java.lang.IllegalArgumentException: " + e.Error()
}
