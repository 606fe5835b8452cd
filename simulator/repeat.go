// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/twinwire/twinwire/internal/tape"

// Repeated is what must not differ when a run is made again.
type Repeated struct {
	Hash      uint64 // see [Result.Hash]
	Signature string // see [Result.Signature]
}

// Repeat makes the run of a tape, once. It is what a process of its own does for SweepConfig.Elsewhere.
func Repeat(t *Tape, scenario func() Scenario) Repeated {
	res := safely(RunConfig{Tape: t}, scenario)
	return Repeated{Hash: res.Hash, Signature: res.Signature}
}

// tapeOf returns a short tape that makes the run again: of a seed, or of the tape it had.
func tapeOf(cfg RunConfig, res Result) *Tape {
	t := &Tape{Seed: res.Seed, Rest: tape.Seeded}
	if cfg.Tape != nil {
		t = cfg.Tape.Clone()
	}
	t.Strategy, t.Hash, t.Notes = res.strategy.String(), res.Hash, noCuts().notes(res.Scenario, res.profile)
	return t
}
