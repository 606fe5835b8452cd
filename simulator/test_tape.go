// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"os"
	"testing"
)

// readTape reads the tape of the file.
func (r *testRun) readTape(t *testing.T) *Tape {
	t.Helper()
	text, err := os.ReadFile(r.options.tape)
	if err != nil {
		t.Fatalf("SIM_TAPE: %v", err)
	}
	tape, err := ParseTape(string(text))
	if err != nil {
		t.Fatalf("SIM_TAPE=%s: %v", r.options.tape, err)
	}
	return tape
}

// tape runs the tape of a file.
func (r *testRun) tape(t *testing.T) {
	t.Helper()
	tape := r.readTape(t)
	cfg := r.config(tape.Seed)
	cfg.Tape, cfg.Twice, cfg.Replay = tape, true, r.command("SIM_TAPE="+r.options.tape)
	res := r.run(t, cfg)
	if tape.Hash != 0 && tape.Hash != res.Hash {
		t.Logf("not the run the tape was made of: its hash was %016x; the code or the scenario has changed since. %s", tape.Hash, res.Fit())
	}
	if res.Verdict.OK() {
		r.passed(t, res)
		return
	}
	if max(r.options.shrink, r.options.why) > 0 && res.Repeats() {
		t.Error(r.shrunk(t, cfg, res))
		return
	}
	r.tell(t, res, nil)
	t.Error(r.told(cfg, res).Report())
}
