// SPDX-License-Identifier: Apache-2.0

// Package transport is one connection and what stands around it: the client that asks, the handlers that match replies
// and serve requests, the server, and the pool of connections to each peer. It follows Spark's network-common module,
// over the seam.
//
// A connection is symmetric: either side may send requests. One task reads it: frames are decoded, requests handled
// and reply callbacks run there, one at a time and in order of arrival. Whoever has bytes to send appends them to the
// connection's writer; the first to do so writes for all, after yielding once so that others can add theirs. All bytes
// pass one place in each direction, the writer's and the reader's, where a handshake can install a [Cipher] in
// mid-connection.
package transport
