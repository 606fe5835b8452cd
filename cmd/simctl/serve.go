// SPDX-License-Identifier: Apache-2.0

package main

// serveCmd is the verbs that run until they are asked to stop.
type serveCmd struct {
	Shuffle serveShuffleCmd `cmd:"" help:"Serve Spark's shuffle files in place of its external shuffle service (one without authentication)."`
}
