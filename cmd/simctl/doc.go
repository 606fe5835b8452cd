// SPDX-License-Identifier: Apache-2.0

// Command simctl runs the built-in scenario in a simulated world or over real TCP, searches seeds for a failure, repeats
// one, and checks that both transports keep their promises.
//
//	simctl run shuffle --input . --network tcp
//	simctl sweep shuffle --seeds 1-1000 --faults hostile
//	simctl replay shuffle --seed 42 --faults hostile
//	simctl check
//
// Results are on stdout; progress is on stderr, when that is a terminal. It exits with 0 when all is well, 1 when
// something failed, 2 when the command line is wrong, 3 when a run did not repeat, and 130 when it was interrupted.
package main
