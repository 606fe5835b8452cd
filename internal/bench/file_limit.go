// SPDX-License-Identifier: Apache-2.0

package main

import "golang.org/x/sys/unix"

// raiseFileLimit allows as many open files as the hard limit does. Where that is refused, or too few, opening fails
// with an error that says so.
func raiseFileLimit() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return
	}
	limit.Cur = limit.Max
	unix.Setrlimit(unix.RLIMIT_NOFILE, &limit) //nolint:errcheck // see above
}
