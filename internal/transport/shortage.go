// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"syscall"

	"github.com/twinwire/twinwire/internal/causes"
)

// shortage ends a connection on which a chunk or a stream was asked for that could not be opened, because this process or
// the machine has as many files open as it may. That is no failure of the block: Spark's reader would take it for lost, and
// have it made again. It asks again for what a broken connection did not bring, and one that ends gives back a descriptor.
type shortage struct{ cause error }

func (e *shortage) Error() string { return e.cause.Error() }
func (e *shortage) Unwrap() error { return e.cause }

// isShort tells such a failure from those that last.
func isShort(err error) bool { return causes.Is(err, syscall.EMFILE) || causes.Is(err, syscall.ENFILE) }
