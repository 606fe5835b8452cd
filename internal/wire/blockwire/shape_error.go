// SPDX-License-Identifier: Apache-2.0

package blockwire

import "fmt"

// ShapeError says that two arrays of a message do not fit together, which Spark
// only asserts: a handler that indexes one by the other asks first.
type ShapeError struct {
	Message Type
	Why     string
}

// Error names the message and the mistake.
func (e *ShapeError) Error() string { return fmt.Sprintf("%s: %s", e.Message, e.Why) }
