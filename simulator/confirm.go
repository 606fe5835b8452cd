// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// confirmEnv makes a test run one seed for another process, and print what came out instead of judging it.
const confirmEnv = "SIM_CONFIRM"

// confirmLimit bounds how long a process may take to run a seed again: as many times as long as this one took, and this.
const (
	confirmLimit = 30 * time.Second
	confirmTimes = 20
)

// signatureElsewhere is the signature of a run that another process makes in another way.
const signatureElsewhere = "another process differs"

const answerFormat = "hash %016x signature %q"

var answerLine = regexp.MustCompile(`(?m)^simulator: confirmed (hash [0-9a-f]{16} signature ".*")$`)

// answer runs the seed or the tape and prints what came out.
func (r *testRun) answer(t *testing.T) {
	say := func(a Repeated) {
		fmt.Fprintf(os.Stdout, "simulator: confirmed "+answerFormat+"\n", a.Hash, a.Signature)
	}
	if r.options.tape != "" {
		say(Repeat(r.readTape(t), r.scenario))
		return
	}
	for _, seed := range r.options.seeds {
		res := safely(r.config(seed), r.scenario)
		say(Repeated{Hash: res.Hash, Signature: res.Signature})
	}
}

// confirm runs the seed in a process of its own: nothing an earlier run has left behind can have made it.
func (r *testRun) confirm(t *testing.T, res Result) Result {
	t.Helper()
	if !res.repeatable() {
		return res
	}
	got, err := r.ask(t.Context(), res)
	if err != nil {
		t.Logf("not confirmed in a process of its own: %v", err)
		return res
	}
	return res.compared(got, r.config(res.Seed), r.scenario)
}

// compared takes in what another process says of the run. If that went another way, runs here show where, unless it is
// something of the process that they differ by.
func (r Result) compared(got Repeated, cfg RunConfig, scenario func() Scenario) Result {
	if got.Hash == r.Hash && got.Signature == r.Signature {
		r.Confirmed = true
		return r
	}
	cfg.observe = nil
	r.Err = &ElsewhereError{Here: r, Repeated: got, divergence: diverge(cfg, scenario)}
	r.Verdict, r.Signature = Nondeterministic, signatureElsewhere
	return r
}

// repeatable reports whether a process of its own can be asked about the run.
func (r Result) repeatable() bool {
	return r.Verdict != Stalled && r.Verdict != Nondeterministic && r.Signature != signatureScenario
}

// ask has another process run the seed.
func (r *testRun) ask(ctx context.Context, res Result) (a Repeated, err error) {
	said, err := r.elsewhere(ctx, res, "1", answerLine)
	if err != nil {
		return a, err
	}
	_, err = fmt.Sscanf(said, answerFormat, &a.Hash, &a.Signature)
	return a, err
}

// askTape has another process run a tape.
func (r *testRun) askTape(ctx context.Context, t *Tape) (a Repeated, err error) {
	file, err := os.CreateTemp("", "simulator-*.tape")
	if err != nil {
		return a, err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it is the system's folder for what nobody needs
	_, err = file.WriteString(t.String())
	if err = errors.Join(err, file.Close()); err != nil {
		return a, err
	}
	said, err := r.start(ctx, confirmLimit, []string{"SIM_TAPE=" + file.Name(), confirmEnv + "=1"}, answerLine)
	if err != nil {
		return a, err
	}
	_, err = fmt.Sscanf(said, answerFormat, &a.Hash, &a.Signature)
	return a, err
}

// elsewhere starts this program again, and returns what it says of the seed.
func (r *testRun) elsewhere(ctx context.Context, res Result, what string, want *regexp.Regexp) (string, error) {
	settings := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return !strings.HasPrefix(v, "SIM_SHRINK=") && !strings.HasPrefix(v, "SIM_PLAN=")
	})
	if name := r.options.faults.Name; name != "" {
		settings = append(settings, "SIM_FAULTS="+name)
	}
	settings = append(settings, fmt.Sprintf("SIM_SEED=%d", res.Seed), confirmEnv+"="+what)
	return r.start(ctx, confirmLimit+confirmTimes*res.wall, settings, want)
}

// start starts this program again with those settings alone, and returns what it says.
func (r *testRun) start(ctx context.Context, limit time.Duration, settings []string, want *regexp.Regexp) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run", testPattern(r.name), "-test.count", "1")
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "SIM_") })
	cmd.Env = append(cmd.Env, settings...)
	out, err := cmd.CombinedOutput()
	m := want.FindSubmatch(out)
	if m == nil {
		return "", fmt.Errorf("%s says nothing: %v", oneLine(string(out)), err)
	}
	return string(m[1]), nil
}

// ElsewhereError says that a run went another way in a process of its own.
type ElsewhereError struct {
	Here Result
	Repeated

	divergence divergence // of runs in one process
}

// Error names both hashes and how both runs ended.
func (e *ElsewhereError) Error() string {
	there := e.Signature
	if there == "" {
		there = "passed"
	}
	return fmt.Sprintf("seed %d went another way in a process of its own: here hash %016x, %s; there hash %016x, %s",
		e.Here.Seed, e.Here.Hash, e.Here.ending(), e.Hash, there)
}
