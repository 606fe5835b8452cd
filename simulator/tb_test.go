// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// sayEnv makes TestSpeaking say something in a task; the tests below start this program again with it.
const sayEnv = "TWINWIRE_SAY"

// sayings are what a task says after a second.
func sayings(t *testing.T) map[string]func(tb testing.TB) {
	return map[string]func(tb testing.TB){
		"log":         func(tb testing.TB) { tb.Logf("so far so %s", "good") },
		"error":       func(tb testing.TB) { helped(tb, 3); tb.Log("goes on") },
		"fatal":       func(tb testing.TB) { fatalIn(tb); tb.Log("does not go on") },
		"panic":       func(testing.TB) { panic("at the disco") },
		"goexit":      func(testing.TB) { runtime.Goexit() },
		"outer fatal": func(testing.TB) { t.Fatal("the test itself") },
		"outer error": func(testing.TB) { t.Error("the test itself") },
		"skip":        func(tb testing.TB) { tb.Skip() },
		"temp":        func(tb testing.TB) { tb.TempDir() },
	}
}

func helped(tb testing.TB, got int) {
	tb.Helper()
	if got != 2 {
		tb.Errorf("want 2, have %d", got)
	}
}

func fatalIn(tb testing.TB) { tb.Fatal("cannot", "go on") }

// TestSpeaking says nothing, unless another test asks for it.
func TestSpeaking(t *testing.T) {
	say := sayings(t)[os.Getenv(sayEnv)]
	Test(t, func() Scenario {
		return Scenario{Faults: LAN(), Hosts: Hosts{"exec-1": func(ctx context.Context, n Node) error {
			if err := api.Sleep(ctx, n.Runtime(), time.Second); err != nil {
				return err
			}
			if tb := TB(n); say != nil {
				say(tb)
			}
			return nil
		}}}
	})
}

// speaking runs TestSpeaking under two seeds in a process of its own.
func speaking(t *testing.T, what string) (out string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestSpeaking$", "-test.v")
	cmd.Dir = t.TempDir()
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "SIM_") }), sayEnv+"="+what, "SIM_SEEDS=1-2")
	b, err := cmd.CombinedOutput()
	return string(b), err == nil
}

// TestTasksSpeak: what a task says or how it ends comes out as a Go programmer expects: once for each seed, with host,
// virtual time and place; and it fails the test when it should.
func TestTasksSpeak(t *testing.T) {
	for what, c := range map[string]struct {
		passes bool
		wants  []string // expressions, each found once for each of the two seeds
		first  []string // texts of the report of the first failure
	}{
		"log":         {passes: true, wants: []string{`test_run|tb_test\.go:\d+: 1\.\d{3}s exec-1 tb_test\.go:\d+: so far so good`}},
		"error":       {wants: []string{`1\.\d{3}s exec-1 tb_test\.go:\d+: want 2, have 3`, `1\.\d{3}s exec-1 tb_test\.go:\d+: goes on`}, first: []string{"s: exec-1: tb_test.go:", "repeats exactly, in a process of its own too"}},
		"fatal":       {wants: []string{`1\.\d{3}s exec-1 tb_test\.go:\d+: cannot go on`}, first: []string{"s: exec-1: tb_test.go:", "    stack\n              github.com/twinwire/twinwire/simulator.fatalIn(", "shrunk from"}},
		"panic":       {wants: []string{`panicked: panic in task "boot" of host exec-1 at 1\.?\d*s: at the disco`}, first: []string{"simulator.sayings.func"}},
		"goexit":      {wants: []string{`task "boot" of host exec-1 ended its goroutine at 1\.?\d*s, as t\.FailNow does`}, first: []string{"simulator.sayings.func"}},
		"outer fatal": {wants: []string{`task "boot" of host exec-1 ended its goroutine at 1\.?\d*s`, `\d: the test itself`, `use simulator\.TB of the Node`}, first: []string{"simulator.sayings.func", "shrunk from"}},
		"skip":        {wants: []string{`panicked: .*TB\.Skip in a task of host exec-1`}},
		"temp":        {wants: []string{`panicked: .*TB\.TempDir in a task of host exec-1.*use Node\.Files`}},
	} {
		out, ok := speaking(t, what)
		if ok != c.passes {
			t.Errorf("%s: passes: %v\n%s", what, ok, out)
		}
		for _, want := range c.wants {
			lines := regexp.MustCompile(`(?m)^    .*`+want).FindAllString(out, -1)
			if len(lines) < 2 || len(lines) > 2 && (c.passes || strings.HasPrefix(what, "outer") && strings.Contains(want, "itself")) {
				t.Errorf("%s: want %s twice, have it %d times:\n%s", what, want, len(lines), out)
			}
		}
		for _, want := range c.first {
			if !strings.Contains(out, want) {
				t.Errorf("%s: want %q in\n%s", what, want, out)
			}
		}
		if strings.Contains(out, "does not go on") {
			t.Errorf("%s: Fatal returned:\n%s", what, out)
		}
	}
	out, ok := speaking(t, "outer error")
	if ok || !strings.Contains(out, "seed 1, t=1.") || !strings.Contains(out, "but a task has failed the test") || !strings.Contains(out, "replay: SIM_SEED=1 go test") {
		t.Errorf("t.Error of the test itself:\n%s", out)
	}
}

// TestTB: what a TB says stands in the result of a run, too.
func TestTB(t *testing.T) {
	cleaned := false
	res := Run(RunConfig{Seed: 3}, func() Scenario {
		return Scenario{Name: "spoken", Hosts: Hosts{"a": func(ctx context.Context, n Node) error {
			tb := TB(n)
			tb.Cleanup(func() { cleaned = true })
			tb.Log("two\nlines")
			tb.Output().Write([]byte("out\n"))
			if tb.Failed() || tb.Skipped() || tb.Name() != "spoken" || tb.Context() == nil || tb.Context().Err() != nil {
				return context.Canceled
			}
			n.Runtime().Go("late", func() { tb.Errorf("late %d", 1); tb.Fail() })
			return nil
		}}}
	})
	if res.Verdict != Failed || !regexp.MustCompile(`^test a tb_test\.go:\d+$`).MatchString(res.Signature) || !res.Repeats() || !strings.HasSuffix(res.Err.Error(), ": late 1") {
		t.Errorf("%s\n%s", res.Signature, res.Report())
	}
	if len(res.said) < 3 || !strings.Contains(res.said[0], ": two\n    lines") || !strings.Contains(res.said[1], ": out") {
		t.Errorf("%q", res.said)
	}
	if res.Report(); !cleaned || !strings.Contains(res.Report(), `msg="late 1" at=tb_test.go:`) {
		t.Errorf("cleaned %v\n%s", cleaned, res.Report())
	}
}
