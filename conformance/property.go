// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"slices"

	"pgregory.net/rapid"
)

// Property is one law of the contract, as a value.
type Property struct {
	Family string     // such as "rpc ordering", "block retries", "connection"
	Name   string     // what holds, as a sentence without a full stop
	Clause string     // the sentence of CONTRACT.md it belongs to, such as "R7"
	Needs  Capability // what a harness must offer

	// waits divides the number of cases where waiting is real, because each case waits for time to pass.
	waits int
	// draw draws a whole plan and returns it as a case. The plan is data: the case is a function of it.
	draw func(t *rapid.T) drawn
}

// drawn is one plan, ready to run.
type drawn struct {
	at   conditions
	text string
	run  func(t *trial)
}

// plan is what a property draws: plain data with the conditions of its world embedded.
type plan interface{ in() conditions }

// law completes p with how to draw its plans and what to do with one. It is how every property is made.
func law[P plan](p Property, draw func(t *rapid.T) P, run func(t *trial, p P)) Property {
	p.draw = func(rt *rapid.T) drawn {
		pl := draw(rt)
		return drawn{at: pl.in(), text: describe(pl), run: func(t *trial) { run(t, pl) }}
	}
	return p
}

// Properties returns every law of the suite, in the order of the table.
func Properties() []Property {
	return slices.Concat(
		rpcOrdering(), rpcRetries(), rpcTimeouts(), rpcFailures(), rpcMessages(), rpcLife(), rpcFiles(),
		blockOrdering(), blockRetries(), blockTimeouts(), blockFailures(), blockFiles(), blockPushes(), blockRanges(),
		blockSharing(),
		connectionLaws(),
	)
}
