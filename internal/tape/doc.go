// SPDX-License-Identifier: Apache-2.0

// Package tape holds what a run left to chance, as data that can be kept, printed, edited and played again.
//
// A choice is a number below a bound that a named stream was asked for; 0 is always the calm one: first come first
// served, the median delay, no fault. The n-th value of a stream depends on its name and n only, so taking one choice
// away leaves all others as they were. A [Tape] lists choices; what it does not list is 0, or drawn from its seed.
package tape
