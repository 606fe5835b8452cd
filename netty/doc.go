// SPDX-License-Identifier: Apache-2.0

// Package netty runs the stack on the machine: tasks are goroutines, time is the clock, connections are TCP sockets,
// files are the disk's. It holds only what fills the seam of package api; the protocol, the dispatcher, the outbox and
// the fetchers are the same as in a simulation.
//
//	env, err := netty.NewRpcEnv(netty.Config{Name: "leases", Bind: "0.0.0.0:7077"})
//
// To bring another transport, fill [Config].Network and get the whole stack over its streams. [TCP] is what a nil
// Network means. Its connections send files with sendfile, write several buffers with one writev and wait for input
// without a buffer; a wrapper around them that embeds only net.Conn loses all three, so count and trace beside a
// connection, not around it. The same holds for the files of [OSFiles], which are bare *os.File values.
package netty
