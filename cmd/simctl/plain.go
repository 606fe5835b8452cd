// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/twinwire/twinwire/netty"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// countPlain counts the words of the inputs of a job with one thread, in this process.
func countPlain(places []place, job shuffle.Job) (shuffle.Plain, error) {
	return shuffle.CountPlain(netty.MountFiles(netty.OSFiles(), mountsOf(places)), job.Inputs)
}
