// SPDX-License-Identifier: Apache-2.0

// Package blockpeer holds the ways to bring the blocks of a file to another process that are measured, ours among them:
// for each a server and a puller, which talk over one connection of the loopback interface (HTTP, with a request a block:
// one for each that is outstanding). A puller drops what it receives, or writes it to a file.
package blockpeer
