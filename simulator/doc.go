// SPDX-License-Identifier: Apache-2.0

// Package simulator runs distributed components in a seeded world full of faults, and searches seeds for a failure.
//
// A [Scenario] says which hosts there are, what each of them runs, which faults strike, and what must hold. It is made
// by a function, once per run, so that what it closes over is the run's own state:
//
//	func TestLease(t *testing.T) {
//		simulator.Test(t, func() simulator.Scenario {
//			holders := map[string]uint64{}
//			return simulator.Scenario{
//				Hosts:  simulator.Hosts{"server": serve, "a": client(holders), "b": client(holders)},
//				Faults: simulator.Hostile(),
//				Always: simulator.Invariants{"one holder": func() error { return atMostOne(holders) }},
//			}
//		})
//	}
//
// What a host runs takes a [Node], which gives it an RpcEnv, a block transfer service, files, a logger and the
// addresses of the others. It has types of package api only, so the same function runs in a process of its own over
// real TCP.
//
// One seed is one run: the same seed and the same source give the same events in the same order, on any machine. A
// failing seed is run again to prove that it repeats, and the report ends with the line that repeats it. When the two
// runs differ, the code has taken something from outside the world (map or select order, the machine's clock, a
// goroutine, state that outlives the run), and the verdict says so.
//
// A run that passes is then shut down: the contexts of the hosts' functions end and so do their envs, and a task, timer,
// connection or buffer that is still there fails it as a [Leak], unless Scenario.Stays says that it is meant to.
//
// A failure is shrunk: a smaller run is looked for that fails in the same way, with fewer and shorter faults, fewer hosts
// and operations ([Ops]), without delays and context switches. [Why] then tells which choices the failure needs, what
// happened in the order of cause, and when it became likely, as text or as a page with a drawing. What a run left to chance
// is a [Tape], and what struck it a [Plan]; both are text, and both make the run again.
//
// [Test] runs a few seeds of a scenario in go test; [Run] runs one seed, [Sweep] many, [Shrink] shrinks a failure and
// [Exhaust] tries every schedule of a tiny scenario, without package testing. The code of a host tests with [TB];
// [Sometimes], [Reachable] and [Buggify] mark code. Package history checks that what clients saw is linearizable, and
// package zoo shows what the search finds.
package simulator
