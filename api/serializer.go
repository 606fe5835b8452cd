// SPDX-License-Identifier: Apache-2.0

package api

// Serializer turns message values into bytes and back. Its bytes must be stable (the same value, the same bytes), or
// simulated runs are not repeatable. The default is CBOR in core-deterministic mode with decoding limits. A message that
// implements encoding.BinaryAppender and, by pointer, encoding.BinaryUnmarshaler skips the serializer. Safe for
// concurrent use.
type Serializer interface {
	// Name identifies the format in errors; both ends of a connection must use the same.
	Name() string
	// Append appends the encoding of v to dst.
	Append(dst []byte, v any) ([]byte, error)
	// Decode stores the value in b into v, a pointer. It must copy what it keeps of b, and bound what it allocates.
	Decode(b []byte, v any) error
}
