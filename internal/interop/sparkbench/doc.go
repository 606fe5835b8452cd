// SPDX-License-Identifier: Apache-2.0

// Sparkbench measures this project's RPC and block transfer beside Spark's own, on the JVM, in one invocation: an ask
// between two RpcEnvs and a raw request on a transport client, 64 bytes there and back, with 1 and with 64 outstanding on
// one connection; chunks of 4 KiB, 64 KiB and 1 MiB on a transport client; a thousand blocks of 4 and of 64 KiB through a
// OneForOneBlockFetcher and a block transfer service, from a block manager that serves segments of one file and from a
// shuffle service that serves what maps have written. What comes is dropped unread. Client and server are two processes on
// the loopback interface, started anew for every sample; the samples of the two stacks stand side by side in every round,
// in random order. It prints a table, then a line for each target: name, measured, target, and ok or SHORT, or DISTURBED
// when other processes were at work during every sample of a cell it needs.
//
// Spark is the release that the targets were set with, 4.3.0; -spark names another, and the release matters: the shuffle
// service of 4.2.0 serves blocks of 64 KiB at nearly twice the pace of 4.3.0's. A thousand blocks have the same target
// from either server.
//
// Spark's side issues the next call from the callback of the last, which is the fastest it has. Ours is measured with
// that and with goroutines that wait, which is what an RpcEnv offers.
//
// Run it in the folder of the module: go run ./sparkbench (-only OneForOne: some of the cells). It ends with 1 when not
// every line says ok, and with 2 when it could not measure, as without a JDK, or without the Python and pip that fetch
// Spark the first time.
package main
