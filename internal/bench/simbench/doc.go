// SPDX-License-Identifier: Apache-2.0

// Package simbench measures the simulated world: how many asks, task switches, idle hosts and worlds it gets through, and
// how that compares with a bubble of testing/synctest.
package simbench
