// SPDX-License-Identifier: Apache-2.0

// Package plan is the text language of fault plans: what a network and its hosts are like, and what strikes them when.
//
//	plan 1
//	profile lan
//	hosts   driver, exec-1, exec-2
//	link    * -> * latency=100us+exp(400us) tail=0.1%:100ms
//	link    exec-1 -> driver bandwidth=10MiB/s loss=1%
//	clock   exec-2 offset=-500ms drift=200ppm
//	disk    exec-1 slow=5ms lose-sync=1%
//	at 2s   partition driver -> exec-* for 3s
//	at 5s   crash exec-2 for exp(1s)
//	every exp(2s) clog half-of exec-* -> driver for 1s..5s
//	on rpc:Register from exec-1 #1-2 delay 200ms
//	on rpc:StatusUpdate #3 cut inside
//	heal at 45s core=majority within 20s
//
// One statement a line; what follows // is a comment. [Parse] is strict: it reports every mistake at once, each with
// its line, a caret and, where it can, what was meant. [Plan.String] prints the canonical form, which parses to the
// same plan. A plan is data: package memnet applies one in the simulated world, package fault to real connections.
//
// On a stream nothing is dropped or doubled: loss is the delay of sending again, and a message kind is delayed, or its
// connection cut before, inside or after its nth occurrence.
package plan
