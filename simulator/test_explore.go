// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// explore searches fresh seeds.
func (r *testRun) explore(t *testing.T) {
	t.Helper()
	r.searches()
	first := rand.Uint64N(math.MaxUint32) << 16 // nobody has seen them
	found := Sweep(SweepConfig{
		Seeds: Seeds{First: first, Last: first + math.MaxUint32}, Time: r.options.explore, Faults: r.options.faults,
		Guided:    true,
		Replay:    func(seed uint64) string { return r.config(seed).Replay },
		Elsewhere: func(tape *Tape) (Repeated, error) { return r.askTape(t.Context(), tape) },
	}, r.scenario)
	t.Logf("%d fresh runs in %v, %d of them on from earlier ones, %d repeated in a process of their own",
		found.Runs, found.Wall.Round(time.Millisecond), found.Mutants, found.Confirmed)
	if found.Unconfirmed != nil {
		t.Logf("not all could be repeated: %v", found.Unconfirmed)
	}
	if len(found.Never) > 0 {
		t.Logf("never exercised: %s", strings.Join(found.Never, ", "))
	}
	for i, g := range found.Groups() {
		f := g.Failures[max(slices.IndexFunc(g.Failures, func(f Failure) bool { return f.Tape == nil }), 0)]
		switch {
		case f.Tape != nil:
			r.mutant(t, f, i == 0)
		case i == 0:
			r.seed(t, f.Seed, false)
		default:
			r.tellFailure(t, f)
			t.Errorf("seed %d: %s; replay: %s", f.Seed, f.Error, f.Replay)
		}
		if more := len(g.Failures) - 1; more > 0 {
			t.Logf("%s: %d more of these", g.Signature, more)
		}
	}
}

// mutant reports a failure that no seed makes. Its tape is kept.
func (r *testRun) mutant(t *testing.T, f Failure, first bool) {
	t.Helper()
	path, err := r.write(fmt.Sprintf("%016x", f.Tape.Hash), ".tape", f.Tape.String())
	if err != nil {
		t.Errorf("%s; its tape is not kept: %v", f.Error, err)
		return
	}
	cfg := r.config(f.Seed)
	cfg.Tape, cfg.Replay = f.Tape, r.command("SIM_TAPE="+path)
	if !first || f.Signature == signatureElsewhere {
		f.Replay = cfg.Replay
		r.tellFailure(t, f)
		t.Errorf("%s; replay: %s", f.Error, cfg.Replay)
		return
	}
	res := r.run(t, cfg)
	if !r.shrinks(res) {
		r.tell(t, res, nil)
		t.Error(res.Report())
		return
	}
	t.Error(r.shrunk(t, cfg, res))
}

// tellFailure is tell for a failure of which a sweep has kept little.
func (r *testRun) tellFailure(t *testing.T, f Failure) {
	t.Helper()
	r.tell(t, Result{Seed: f.Seed, Verdict: Failed, Signature: f.Signature, Err: errors.New(f.Error), Replay: f.Replay, Confirmed: f.Confirmed}, nil)
}
