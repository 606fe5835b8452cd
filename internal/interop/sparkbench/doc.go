// SPDX-License-Identifier: Apache-2.0

// Sparkbench measures this project's RPC and block transfer beside Spark's own, on the JVM, in one invocation: an ask
// between two RpcEnvs and a raw request on a transport client, 64 bytes there and back, with 1 and with 64 outstanding on
// one connection; chunks of 4 KiB, 64 KiB and 1 MiB on a transport client; a thousand blocks of 4 and of 64 KiB, which a
// map has written, through a OneForOneBlockFetcher and a block transfer service, from an executor and from a shuffle
// service. Spark's executor is an application in one process, its files are written by its own resolver. What comes is
// dropped unread.
//
// Client and server are two processes on the loopback interface. Those of a group are started anew in every round and stand
// still, stopped by a signal, but while they are measured, turn by turn for a window each: a virtual machine may be a third
// slower a minute later, so a ratio is the median of those of neighbouring windows. It prints a table, then a line for each
// target: name, measured, target, and ok or SHORT, or DISTURBED when other processes were at work during every pair of
// windows.
//
// Spark is the release that the targets were set with, 4.3.0; -spark names another, and the release matters: the shuffle
// service of 4.3.0 makes the path of every block canonical, and serves blocks of 64 KiB at little more than half the pace of
// 4.2.0's. Three times that is the target, for no other server of 4.3.0 is as slow beside its own chunks as the one that the
// target was set with. An executor is faster, and half of it is asked of us there.
//
// Spark's side issues the next call from the callback of the last, which is the fastest it has. Ours is measured with
// that and with goroutines that wait, which is what an RpcEnv offers.
//
// Run it in the folder of the module: go run ./sparkbench (-only OneForOne: some of the cells). It ends with 1 when not
// every line says ok, and with 2 when it could not measure, as without a JDK, or without the Python and pip that fetch
// Spark the first time.
package main
