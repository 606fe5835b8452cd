// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/memnet"
)

// A scenario may close over the *testing.T of the test, as Go programmers are used to. What a task calls on it is printed
// by package testing each time, so the runs that prove, shrink and report such a failure are made in another process,
// whose lines nobody sees.

// confirmReport is the value of confirmEnv that asks for a report.
const confirmReport = "report"

const reportFormat = "simulator: report %q\n"

var reportLine = regexp.MustCompile(`(?m)^simulator: report (".*")$`)

// tbAdvice is what to use instead of a *testing.T that the scenario closes over.
const tbAdvice = "    a task called the *testing.T of the test, whose lines say neither host nor virtual time: use simulator.TB of the Node"

// exitedTest reports whether a task ended the run by FailNow or SkipNow of package testing.
func (r Result) exitedTest() bool {
	exit, ok := errors.AsType[*memnet.ExitError](r.Err)
	return ok && strings.Contains(exit.Stack, "testing.(*common).")
}

// reportElsewhere reports a run in which a task called the test's own T.
func (r *testRun) reportElsewhere(t *testing.T, res Result) {
	t.Helper()
	r.failures++
	if r.failures > 1 || res.Verdict.OK() || r.options.shrink < 0 {
		if res.Verdict.OK() {
			t.Errorf("%v, but a task has failed the test\n%s\n    replay: %s", res, tbAdvice, res.Replay)
			return
		}
		t.Error(res.Report() + "\n" + tbAdvice)
		return
	}
	text, err := r.elsewhere(t.Context(), res, confirmReport, reportLine)
	if err == nil {
		text, err = strconv.Unquote(text)
	}
	if err != nil {
		t.Logf("not repeated in a process of its own: %v", err)
		text = res.Report()
	}
	t.Error(text + "\n" + tbAdvice)
}

// answerReport runs the seed as often as it takes to report it, and prints the report.
func (r *testRun) answerReport(t *testing.T) {
	t.Helper()
	res := runSafely(r.config(r.options.seeds[0]), r.scenario)
	text := res.Report()
	if res.Repeats() {
		res.Confirmed = true // the run that asks for it was the other one
		text = r.shrunk(t, r.config(res.Seed), res)
	}
	fmt.Fprintf(os.Stdout, reportFormat, text)
}
