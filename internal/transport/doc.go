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
//
// # What a callback may wait for
//
// Handlers, callbacks and consumers run on the reading task: while one blocks, nothing of that connection is read, and
// the peer is slowed down. That is how a slow consumer of a stream holds up its sender, and it is meant. But a callback
// must never wait for something that only this connection can bring: the answer to a request sent over it, a further
// message of the same peer, or its own end. Nothing would ever read it. Start a task for that, as the block fetcher
// does. Sending does not wait for the peer to read more than is said below, but SendRpc, Send and the like do wait while
// the connection is congested, so a callback sends from a task of its own as well; [RpcReply] is made for answering from
// here.
//
// # What waits, and for how long
//
// Out: a request waits, until its context ends, while 4 MiB wait to be written. The reading task takes in no request
// while that is so, unless nothing was written for a second: the peer may be waiting for this side to read, and two
// who wait for each other would do so for ever. An answer is taken beyond that up to 64 MiB; then it waits for a second,
// and then the connection is closed. So what a connection holds for a peer that does not read is bounded, and nobody
// waits for such a peer without end. A write that makes no progress for ConnectionTimeout closes the connection too.
//
// In: memory grows with what has arrived, never with what was announced, but for the chunks this side asked for, which
// get up to 4 MiB ahead. A connection that is little used holds no buffer, where its net.Conn can wait without one.
package transport
