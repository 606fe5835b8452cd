// SPDX-License-Identifier: Apache-2.0

// Package rpc is the RpcEnv: the dispatcher with its inboxes and message loops, the outboxes, asks, lookup and the file
// server. It follows Spark's org.apache.spark.rpc.netty, over package transport and the seam.
//
// A message takes this way: the sender's task encodes it, the outbox of the peer's address keeps it until there is a
// connection, the peer's reading task decodes it and posts it to the endpoint's inbox, and a message loop runs the
// endpoint. A reply goes back over the connection the message came on. Inside one env a message goes to the inbox by
// reference.
package rpc
