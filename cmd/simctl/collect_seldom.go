// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"runtime/debug"
	"strconv"
)

// collectSeldom has garbage collected when four times of what is alive has been made, here and in the processes that
// this one starts, unless the environment says how often. Little is alive in a process that runs one small world after
// the other: looking through it each time it doubles is a sixth of a sweep, and some tens of MiB are what that saves.
func collectSeldom() {
	const percent = 400
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(percent)
	_ = os.Setenv("GOGC", strconv.Itoa(percent)) // cannot fail with this name
}
