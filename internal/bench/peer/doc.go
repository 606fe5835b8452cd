// SPDX-License-Identifier: Apache-2.0

// Package peer holds the stacks that are measured, ours among them: for each a server, a caller of unary echoes over
// one connection and, where it has one, a pusher of one-way messages. Every one carries the same three fields in its
// own natural encoding and is called the way its users call it. Calls have a deadline of five seconds where the stack
// knows deadlines; net/rpc does not.
package peer
