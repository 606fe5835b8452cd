// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"runtime/debug"
)

// collectSeldom is for verbs that make many worlds one after the other: each is small, and with the usual pace the
// collector takes a tenth of the time. GOGC, where it is set, stands.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
