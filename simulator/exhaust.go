// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"github.com/twinwire/twinwire/internal/tape"
	"github.com/twinwire/twinwire/memnet"
)

// Exhausted is what came of trying every schedule.
type Exhausted struct {
	Runs     uint64
	Complete bool    // every schedule within the bound was tried
	Failure  *Result // the first run that failed, recorded, or nil
}

// Exhaust tries every schedule of a tiny scenario, depth first, with at most cfg.Strategy.Depth preemptions (0: 2), until
// one fails or limit runs were made (0: no limit). Everything but the schedule is that of the calm run: faults and
// delays do not vary.
func Exhaust(cfg RunConfig, limit uint64, scenario func() Scenario) Exhausted {
	cfg.Strategy.Kind = memnet.DFS
	cfg.Record, cfg.unchecked = true, true
	if cfg.Tape == nil {
		cfg.Tape = &Tape{Strategy: cfg.Strategy.String()}
	}
	var out Exhausted
	for limit == 0 || out.Runs < limit {
		res := safely(cfg, scenario)
		out.Runs++
		if !res.Verdict.OK() {
			out.Failure = &res
			return out
		}
		if res.Tape == nil {
			return out // more choices than a tape holds
		}
		if cfg.Tape = res.Tape.Next(func(s tape.Stream) bool { return classOf(s) == classSwitch }); cfg.Tape == nil {
			out.Complete = true
			return out
		}
	}
	return out
}
