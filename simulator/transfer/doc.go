// SPDX-License-Identifier: Apache-2.0

// Package transfer is a scenario for block transfer itself: a client that fetches, uploads and pushes blocks in every way
// there is, from a server that crashes, over connections that break, onto a disk that is full, of files that are cut short
// between their opening and their sending. Each block must end in exactly one callback, with its own bytes or with an
// error that names it; when all is over no temporary file, open file or buffer may be left.
package transfer
