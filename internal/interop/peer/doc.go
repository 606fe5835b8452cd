// SPDX-License-Identifier: Apache-2.0

// Package peer holds one end of a connection that runs in a process of its own, a JVM or another Go program, and talks
// by lines: what it writes to its standard output starts with a word that says what it is; it ends with its work, or with
// its standard input.
package peer
