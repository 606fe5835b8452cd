// SPDX-License-Identifier: Apache-2.0

// Determinism runs every scenario with many seeds in several processes, with the race detector and without, on one
// processor and on eight, and compares what they come to: `make determinism`.
//
// It builds simctl twice and compares the lines of its verb hashes. It says what was compared, and of what differs the
// first: scenario, seed, and the processes that disagree.
package main
