// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"fmt"

	"github.com/twinwire/twinwire/api"
)

// MissingError says that a file of a map output is not there, or cannot be opened. It matches api.ErrBlockNotFound.
type MissingError struct {
	Path  string // what the executor calls it
	Cause error
}

// Error returns "open path: cause".
func (e *MissingError) Error() string { return fmt.Sprintf("open %s: %v", e.Path, e.Cause) }

// Unwrap returns the cause.
func (e *MissingError) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, api.ErrBlockNotFound) true.
func (*MissingError) Is(target error) bool { return target == api.ErrBlockNotFound }

// JavaText is what Spark's service answers in its place.
func (e *MissingError) JavaText() string {
	return "java.lang.RuntimeException: Failed to open file: " + e.Path
}
