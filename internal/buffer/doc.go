// SPDX-License-Identifier: Apache-2.0

// Package buffer keeps memory for the bodies of received messages: counted buffers, used again when the last reference
// is gone. So a connection that brings gigabytes allocates no more than what is held at a time.
package buffer
