// SPDX-License-Identifier: Apache-2.0

package api

// Serializer turns message values into bytes and back. Its bytes must be stable (the same value, the same bytes), or
// simulated runs are not repeatable: [CheckSerializer] finds out. The default is CBOR in core-deterministic mode, which
// decodes at most 64 levels, 2^24 elements and 2^24 map pairs of what [RpcEnvConfig.MaxMessageSize] lets in;
// [JSONSerializer] and [RawSerializer] are the alternatives. Short texts and byte slices of messages that come one behind the
// other may share a piece of memory: one that is kept keeps up to 512 bytes. A message that implements encoding.BinaryAppender and, by
// pointer, encoding.BinaryUnmarshaler skips the serializer (see also [PartsReader]), and so do failures, lookups and
// watches. Safe for concurrent use.
type Serializer interface {
	// Name identifies the format, in at most 255 bytes. It travels with each message, unless it is "cbor": an env with
	// another serializer fails that message with an error matching [ErrSerialization] that names both.
	Name() string
	// Append appends the encoding of v to dst.
	Append(dst []byte, v any) ([]byte, error)
	// Decode stores the value in b into v, a pointer. It must copy what it keeps of b, and bound what it allocates.
	Decode(b []byte, v any) error
}
