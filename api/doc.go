// SPDX-License-Identifier: Apache-2.0

// Package api holds the contracts of Twinwire: the vocabulary a component is written against, and the seam a
// world fills.
//
// The vocabulary follows Apache Spark: an [RpcEnv] hosts endpoints ([RpcEndpoint]) that are addressed by references
// ([RpcEndpointRef]); a [BlockTransferService] moves blocks ([ManagedBuffer]) between processes. A component takes
// an RpcEnv and knows nothing else, so it runs unchanged over real TCP (package netty) and inside a seeded simulation
// (package memnet).
//
// The seam is three small interfaces, [Runtime], [Network] and [Files]. What every component needs on top of them is
// built here once: [Sleep], [Group], [Queue], [WithCancel], [WithCancelCause], [WithTimeout].
//
// Those who come from Akka find in AKKA.md, beside this file, what a program of ours does instead of supervision, death
// watch, state machines, clusters and streams. An operator sees what an env does through an [EventListener].
//
// # What a component must take from its env
//
// Time, tasks, waiting, randomness and logging come from [RpcEnv.Runtime] and [RpcEnv.Logger]. A component that
// reaches past them still works over TCP, but not in a simulation:
//
//   - a goroutine started with the go statement is not scheduled by the world: calls it makes on the seam panic and
//     name the host; use [Runtime.Go] or a [Group];
//   - time.Now, time.Sleep and time.After read the machine's clock, which does not move with virtual time, so a run
//     is not repeatable; use [Runtime.Now], [Sleep], [Runtime.AfterFunc];
//   - blocking on a raw channel, sync.WaitGroup or a contended sync.Mutex stops the whole world; its watchdog ends the
//     run and names the task and the line; use [Waiter], [Queue], [Group], [Runtime.NewMutex];
//   - math/rand, crypto/rand, map order and select order differ from run to run; the double run reports the run as
//     nondeterministic; use [Runtime.Rand], [Runtime.Entropy] and sorted keys;
//   - a context deadline made by the standard library belongs to the machine's clock and is refused by memnet with
//     [ErrForeignDeadline]; use [WithTimeout].
package api
