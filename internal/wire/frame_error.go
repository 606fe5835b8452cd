// SPDX-License-Identifier: Apache-2.0

package wire

import "strconv"

// FrameError says that a frame announced a length no frame may have. The
// stream behind it cannot be understood any more: the connection must be
// closed. The texts are those of Spark's TransportFrameDecoder.
type FrameError struct {
	Payload int64 // announced length less the 8 bytes of the length itself
	Limit   int   // largest payload that would have been accepted
}

// Error is Spark's text, which names the payload's size, not the length field.
func (e *FrameError) Error() string {
	if e.Payload > 0 {
		return "Too large frame: " + strconv.FormatInt(e.Payload, 10)
	}
	return "Frame length should be positive: " + strconv.FormatInt(e.Payload, 10)
}

// JavaText is the first line a JVM would print; see the function of that name.
func (e *FrameError) JavaText() string {
	return "java.lang.IllegalArgumentException: " + e.Error()
}
