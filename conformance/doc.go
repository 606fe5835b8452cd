// SPDX-License-Identifier: Apache-2.0

// Package conformance tells whether an implementation of the contracts in package api keeps its promises: an
// [api.RpcEnv], an [api.BlockTransferService], or an [api.Network] under them.
//
// It never builds a stack. A [Harness] says how to make a world with hosts, run task code in it and tear it down; the
// suite draws plans (seed, network conditions, operations) with rapid, runs each as a pure function in a fresh world, and
// lets rapid shrink one that breaks a promise. Every [Property] names the clause of CONTRACT.md that it holds an
// implementation to.
//
// [Test] runs it all from a test, [Check] from a program; [OverNetwork] makes the harness for a stack over any Network,
// with the fault proxy between. [Mutants] are implementations broken on purpose: each is caught by a property that it
// names, which shows that the suite can fail.
//
// Task code runs as tasks of the world. It never sees a *testing.T: a goroutine that fails a test is not something a
// simulated world has. What it finds is collected, and the case fails when the world has ended.
package conformance
