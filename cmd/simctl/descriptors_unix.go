// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import "syscall"

// mostConnections is how many connections a process should take in, so that some of its descriptors are left for the files
// that they ask for. 0: it is not known.
func mostConnections() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 0
	}
	most := min(uint64(limit.Cur), 1<<30) //nolint:unconvert // signed on some systems
	return max(1, int(most)-max(forFiles, int(most/8)))
}

// forFiles is how many are left where there are few.
const forFiles = 32
