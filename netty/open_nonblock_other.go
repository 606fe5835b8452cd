// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package netty

// openNonblock is nothing where no folder has pipes in it.
const openNonblock = 0
