// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/twinwire/twinwire/internal/plan"

// Plan says what strikes a run, and when: data that can be printed, edited and parsed. Its text is one statement a line,
// such as
//
//	plan 1
//	at 2s partition server | ann for 3s
//	at 5s crash server for 1s
//	on rpc:Acquire from ann #2 cut inside
type Plan = plan.Plan

// ParsePlan reads the text form of a plan, which its String method prints. The name stands in the error, which holds
// every mistake of the text, with its line and a caret.
func ParsePlan(name, text string) (Plan, error) { return plan.Parse(name, text) }

// ParsePlan is [ParsePlan] for a plan that is to strike runs of the scenario: a name that none of its hosts has is a
// mistake too.
func (s Scenario) ParsePlan(name, text string) (Plan, error) {
	return plan.ParseFor(name, text, s.hostNames())
}
