// SPDX-License-Identifier: Apache-2.0

package simulator

import "fmt"

// Verdict is how a run ended.
type Verdict int

// The verdicts.
const (
	Passed           Verdict = iota + 1 // every host did its work, and everything held
	CleanError                          // a host returned an error that Scenario.Clean knows
	Failed                              // an invariant, a check or a host returned an error, or the scenario is wrong
	Hung                                // nothing can happen any more, or a limit was passed, with work unfinished
	Panicked                            // a task panicked
	Stalled                             // a task blocked outside the world, on a raw channel for example
	Nondeterministic                    // two runs of the seed differ
)

// String returns the verdict as reports name it.
func (v Verdict) String() string {
	switch v {
	case Passed:
		return "passed"
	case CleanError:
		return "clean error"
	case Failed:
		return "failed"
	case Hung:
		return "hung"
	case Panicked:
		return "panicked"
	case Stalled:
		return "stalled"
	case Nondeterministic:
		return "nondeterministic"
	}
	return fmt.Sprintf("verdict %d", int(v))
}

// OK reports whether the run ended right: passed, or with a clean error.
func (v Verdict) OK() bool { return v == Passed || v == CleanError }
