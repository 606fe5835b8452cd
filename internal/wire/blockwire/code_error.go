// SPDX-License-Identifier: Apache-2.0

package blockwire

import "fmt"

// CodeError says that a CorruptionCause or BlockPushReturnCode holds a number
// that stands for nothing. The text about a return code is Spark's.
type CodeError struct {
	Message Type
	Code    int8
}

// Error names the number.
func (e *CodeError) Error() string {
	if e.Message == TypeBlockPushReturnCode {
		return fmt.Sprintf("Unknown block push return code: %d", e.Code)
	}
	return fmt.Sprintf("Index %d out of bounds for length %d", e.Code, causes)
}

// JavaText is the first line that a JVM would print for this error; see
// wire.JavaText.
func (e *CodeError) JavaText() string {
	if e.Message == TypeBlockPushReturnCode {
		return "java.lang.IllegalArgumentException: " + e.Error()
	}
	return "java.lang.ArrayIndexOutOfBoundsException: " + e.Error()
}
