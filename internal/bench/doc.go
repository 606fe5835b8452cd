// SPDX-License-Identifier: Apache-2.0

// Command bench measures the RpcEnv beside what Go programmers would pick instead, grpc-go, net/rpc, drpc and ttrpc; and
// the block transfer beside net/http, grpc-go and bare sockets with sendfile, with read and write, and with write alone.
//
//	go run . rpc                                     every cell, medians of 5 rounds, then the gates
//	go run . rpc -only twinwire-cbor,grpc-go -cells 64B/64 -rounds 3
//	go run . rpc -only twinwire-self -cells 64B/64 -cpuprofile profiles
//	go run . block                                   likewise
//	go run . block -cells 64KiB,1MiB -rounds 1       what a change of the data path wants to know, in half a minute
//
// Of block, the peers have the system's congestion control, as their users do, and ours what they choose themselves, which
// within the machine is never one that paces; the head line says so. The peers that end with -reno are there to compare
// with under the same one, and -congestion puts every peer under another.
//
// The verb sim measures the simulated world beside a bubble of testing/synctest.
//
// Each sample is a fresh server process and a fresh client process on the loopback interface, on any free port. In a
// round the cells are shuffled, and within a cell the peers, which run one after another, so that a ratio compares
// neighbours in time. A sample that was disturbed (others used more than 8 % of the machine) is taken again as long as
// the budget for that lasts. The exit code is 1 when a gate is short, 2 for a mistake in the flags.
//
// It lives in a module of its own, which keeps the peers out of the project's dependencies, and needs Linux.
package main
