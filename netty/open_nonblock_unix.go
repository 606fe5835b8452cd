// SPDX-License-Identifier: Apache-2.0

//go:build unix

package netty

import "syscall"

// openNonblock has a pipe opened for reading without waiting for its other end. Reading a file is as it was.
const openNonblock = syscall.O_NONBLOCK
