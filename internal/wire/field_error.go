// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"errors"
	"fmt"
)

// ErrShort is matched by every error that says the input ended before what it
// began; more bytes might have mended it. Malformed input does not match.
var ErrShort = errors.New("short input")

// ShortError says that a field of known size does not fit into what is left. It
// matches ErrShort. The text is the beginning of Netty's.
type ShortError struct {
	Offset int // where the field starts, the type byte counted
	Need   int // size of the field in bytes
	Have   int // size of the whole message in bytes
}

// Error is what Netty says about a read past the end.
func (e *ShortError) Error() string {
	return fmt.Sprintf("readerIndex(%d) + length(%d) exceeds writerIndex(%d)", e.Offset, e.Need, e.Have)
}

// Is makes errors.Is(err, ErrShort) true.
func (e *ShortError) Is(target error) bool { return target == ErrShort }

// JavaText is the first line a JVM would print; see the function of that name.
func (e *ShortError) JavaText() string {
	if e.Have == 0 {
		return "java.lang.IndexOutOfBoundsException"
	}
	return "java.lang.IndexOutOfBoundsException: " + e.Error()
}

// CountError says that the count in front of a string, of bytes or of an array
// is negative, or larger than the bytes behind it (an element has at least
// one). It matches ErrShort in the second case. The text is that of Spark
// 3.5.9, 4.0.4, 4.1.3 and 4.2.0; older ones allocate first.
type CountError struct {
	Count int32
	Left  int // bytes behind the count
}

// Error is Java's text about a range outside an array.
func (e *CountError) Error() string {
	return fmt.Sprintf("Range [0, 0 + %d) out of bounds for length %d", e.Count, e.Left)
}

// Is makes errors.Is(err, ErrShort) true for a count that more bytes could
// satisfy.
func (e *CountError) Is(target error) bool { return target == ErrShort && e.Count > 0 }

// JavaText is the first line a JVM would print; see the function of that name.
func (e *CountError) JavaText() string {
	return "java.lang.IndexOutOfBoundsException: " + e.Error()
}

// TypeError says that the first byte of a payload is not one of the known
// types, or not the one the called parser reads. The texts are Spark's.
type TypeError struct {
	Type int8
	Want int8 // the type a parser of one type reads; equal to Type when no such type exists
}

// Error is Spark's text for a type that does not exist.
func (e *TypeError) Error() string {
	if e.Want != e.Type {
		return fmt.Sprintf("message type %d is not %d", e.Type, e.Want)
	}
	return fmt.Sprintf("Unknown message type: %d", e.Type)
}

// JavaText is the first line a JVM would print; see the function of that name.
func (e *TypeError) JavaText() string {
	return "java.lang.IllegalArgumentException: " + e.Error()
}

// ErrUserType refuses a frame whose type byte is TypeUser, in Spark's words.
var ErrUserType error = userTypeError{}

type userTypeError struct{}

func (userTypeError) Error() string { return "User type messages cannot be decoded." }

// JavaText is the first line a JVM would print; see the function of that name.
func (userTypeError) JavaText() string {
	return "java.lang.IllegalArgumentException: " + ErrUserType.Error()
}

// JavaText is the first line that a JVM peer would put on the wire for a parse
// error: the exception's class and its message. Errors that are not from a
// parser come out as a RuntimeException with their text; nil as "".
func JavaText(err error) string {
	if err == nil {
		return ""
	}
	var known interface{ JavaText() string }
	if errors.As(err, &known) {
		return known.JavaText()
	}
	return "java.lang.RuntimeException: " + err.Error()
}
