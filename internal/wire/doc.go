// SPDX-License-Identifier: Apache-2.0

// Package wire is the byte format that Twinwire speaks: Apache Spark's frames,
// its thirteen transport messages and the envelope of a message between two
// RpcEnvs. PROTOCOL.md has the byte tables.
//
// Everything here is a pure function over bytes, or a decoder that is fed with
// them: no I/O, no clock, no locks. The two worlds read and write with the
// very same code.
//
// The habits of the package:
//
//   - AppendX writes behind dst and returns the longer slice, as append does;
//     the caller owns both.
//   - ParseX never copies a body: the []byte fields of what it returns alias
//     the input and live as long as the input does. Strings are copies.
//   - Input that ends too early matches [ErrShort]; anything else that is
//     wrong does not. Texts of errors are Spark's own where Spark puts them on
//     the wire or searches them; [JavaText] gives the line a JVM would print.
//   - A count on the wire is never trusted: what a parser allocates is bounded
//     by the bytes it was given.
//
// Nothing here is safe for concurrent use of one value; different values share
// nothing.
package wire
