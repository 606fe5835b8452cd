// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// plantEnv makes TestBank run the careless bank; the tests below start this program again with it.
const plantEnv = "TWINWIRE_PLANT_LOST_UPDATE"

// Each of these makes TestBank run another scenario of one host: one that goes another way in another process, one that
// does so in each run, one that starts a goroutine, one with two tasks that race, and one that says much, and then what the
// variable holds.
const (
	pidEnv       = "TWINWIRE_PLANT_PID"
	clockEnv     = "TWINWIRE_PLANT_CLOCK"
	goroutineEnv = "TWINWIRE_PLANT_GOROUTINE"
	raceEnv      = "TWINWIRE_PLANT_RACE"
	loggerEnv    = "TWINWIRE_PLANT_LOGGER"
	hostlessEnv  = "TWINWIRE_PLANT_HOSTLESS"
)

// planted is what the host does under each variable.
func planted() map[string]func(ctx context.Context, n Node) error {
	sleep := func(ctx context.Context, n Node, ms int) error {
		return api.Sleep(ctx, n.Runtime(), time.Duration(ms)*time.Millisecond)
	}
	return map[string]func(ctx context.Context, n Node) error{
		pidEnv:   func(ctx context.Context, n Node) error { return sleep(ctx, n, os.Getpid()) },
		clockEnv: func(ctx context.Context, n Node) error { return sleep(ctx, n, time.Now().Nanosecond()%1000) },
		goroutineEnv: func(_ context.Context, n Node) error {
			done := make(chan time.Time)
			go func() { done <- n.Runtime().Now() }()
			<-done
			return nil
		},
		loggerEnv: func(_ context.Context, n Node) error {
			for i := range 9 {
				n.Logger().Info("step", "n", i)
			}
			if os.Getenv(loggerEnv) == "fail" {
				return errors.New("nine steps")
			}
			return nil
		},
		raceEnv: func(ctx context.Context, n Node) error {
			sum := 0
			for range 2 {
				n.Runtime().Go("add", func() { sum++ })
			}
			return sleep(ctx, n, 1)
		},
	}
}

func TestBank(t *testing.T) {
	if _, planted := os.LookupEnv(plantEnv); planted {
		Test(t, bank(carelessDeposit))
		return
	}
	for name, host := range planted() {
		if _, planted := os.LookupEnv(name); planted {
			Test(t, func() Scenario { return Scenario{Hosts: Hosts{"a": host}} })
			return
		}
	}
	if _, planted := os.LookupEnv(hostlessEnv); planted {
		Test(t, func() Scenario { return Scenario{} })
		return
	}
	Test(t, bank(carefulDeposit))
}

// again runs TestBank in a process of its own, with more environment, in a folder of its own.
func again(t *testing.T, env ...string) (out string, ok bool) {
	t.Helper()
	return againIn(t, t.TempDir(), env...)
}

func againIn(t *testing.T, dir string, env ...string) (out string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestBank$", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "SIM_") }), env...)
	b, err := cmd.CombinedOutput()
	return string(b), err == nil
}

func TestTestFailureReplays(t *testing.T) {
	out, ok := again(t, plantEnv+"=1", "SIM_SEEDS=1-60")
	replay := regexp.MustCompile(`replay: +SIM_SEED=(\d+) go test -run '\^TestBank\$' github.com/twinwire/twinwire/simulator`).FindStringSubmatch(out)
	if ok || replay == nil {
		t.Fatalf("a lost update in 60 seeds passed, or has no replay line:\n%s", out)
	}
	verdict := regexp.MustCompile(`test_test\.go:\d+: (seed ` + replay[1] + `, t=.*: no deposit is lost: balance \d after 4 deposits)`).FindStringSubmatch(out)
	if verdict == nil || !strings.Contains(out, "repeats exactly") || !strings.Contains(out, "--- FAIL: TestBank/seed="+replay[1]+" ") {
		t.Fatalf("no verdict:\n%s", out)
	}
	once, ok := again(t, plantEnv+"=1", "SIM_SEED="+replay[1])
	if ok || !strings.Contains(once, "seed "+replay[1]+", t=") || strings.Count(once, "=== RUN") != 2 {
		t.Errorf("want the one seed, and %q:\n%s", verdict[1], once)
	}
}

func TestTestSeeds(t *testing.T) {
	out, ok := again(t, "SIM_SEEDS=3-5")
	for _, want := range []string{"--- PASS: TestBank/seed=3 ", "--- PASS: TestBank/seed=4 ", "--- PASS: TestBank/seed=5 "} {
		if !ok || !strings.Contains(out, want) || strings.Count(out, "=== RUN") != 4 {
			t.Fatalf("want %q:\n%s", want, out)
		}
	}
	for env, want := range map[string]string{
		"SIM_SEEDS=5-3": "the range is reversed", "SIM_SEED=one": "want a seed", "SIM_SEEED=3": "SIM_SEEED is no setting: did you mean SIM_SEED?",
	} {
		if out, ok := again(t, env); ok || !strings.Contains(out, want) {
			t.Errorf("%s: want %q:\n%s", env, want, out)
		}
	}
}

// TestTestShrinks: the first failure is shrunk, and its tape is kept and runs.
func TestTestShrinks(t *testing.T) {
	dir := t.TempDir()
	out, _ := againIn(t, dir, plantEnv+"=1", "SIM_SEEDS=1-60")
	small := regexp.MustCompile(`replay: +SIM_TAPE=(\S+) go test -run '\^TestBank\$' github.com/twinwire/twinwire/simulator`).FindStringSubmatch(out)
	hash := regexp.MustCompile(`steps, \d+ % with a choice; trace hash ([0-9a-f]{16})`).FindStringSubmatch(out)
	if small == nil || hash == nil || !strings.Contains(out, "shrunk from ") || !strings.Contains(out, "repeats exactly, in a process of its own too") {
		t.Fatalf("want a shrunk failure:\n%s", out)
	}
	if _, story, ok := strings.Cut(out, "what happened, in the order of cause\n"); !ok || !strings.Contains(story, "FAILS: no deposit is lost") {
		t.Errorf("not told what led to it:\n%s", out)
	}
	page, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(small[1], "tape")+"html"))
	if err != nil || !strings.Contains(out, "story:  "+strings.TrimSuffix(small[1], "tape")+"html") || !strings.Contains(string(page), "<svg ") {
		t.Errorf("no story: %v\n%s", err, out)
	}
	once, ok := againIn(t, dir, plantEnv+"=1", "SIM_TAPE="+small[1])
	if ok || !strings.Contains(once, "no deposit is lost: balance") || !strings.Contains(once, "trace hash "+hash[1]+"; repeats exactly") {
		t.Errorf("the tape is another run:\n%s", once)
	}
	first := regexp.MustCompile(`the seed itself: trace hash ([0-9a-f]{16})`).FindStringSubmatch(out)
	planned, ok := againIn(t, dir, plantEnv+"=1", "SIM_PLAN="+strings.TrimSuffix(small[1], "tape")+"plan", "SIM_SHRINK=0")
	if ok || !strings.Contains(planned, "trace hash "+first[1]+"; repeats exactly") || strings.Count(planned, "=== RUN") != 2 {
		t.Errorf("the plan is another run than %s:\n%s", first[1], planned)
	}
	if why, ok := againIn(t, dir, plantEnv+"=1", "SIM_WHY=10s", "SIM_TAPE="+small[1]); ok || !strings.Contains(why, "what happened, in the order of cause") {
		t.Errorf("not explained:\n%s", why)
	}
	if plain, ok := againIn(t, dir, plantEnv+"=1", "SIM_SEEDS=1-60", "SIM_SHRINK=0"); ok || strings.Contains(plain, "shrunk") {
		t.Errorf("SIM_SHRINK=0 shrinks:\n%s", plain)
	}
}

// TestTestOldTape: a tape of another scenario still runs, and the test says that it is not the run it was.
func TestTestOldTape(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "old.tape"), []byte("twinwire tape 1\nseed 7\nrest seeded\nhash 0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, ok := againIn(t, dir, "SIM_TAPE=old.tape")
	if !ok || !strings.Contains(out, "not the run the tape was made of: its hash was 0123456789abcdef") {
		t.Errorf("want a remark:\n%s", out)
	}
	if out, ok := againIn(t, dir, "SIM_PLAN=old.tape"); ok || !strings.Contains(out, `old.tape:1:1: unknown statement "twinwire"`) {
		t.Errorf("want the mistakes of the plan:\n%s", out)
	}
	for tape, want := range map[string]string{"none.tape": "no such file", "bad.tape": "unknown version"} {
		if err := os.WriteFile(filepath.Join(dir, "bad.tape"), []byte("nonsense\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, ok := againIn(t, dir, "SIM_TAPE="+tape); ok || !strings.Contains(out, want) {
			t.Errorf("%s: want %q:\n%s", tape, want, out)
		}
	}
}

// TestTestExplores fresh seeds, and reports what it finds with a line that repeats it.
func TestTestExplores(t *testing.T) {
	out, ok := again(t, plantEnv+"=1", "SIM_SEED=1", "SIM_EXPLORE=2s")
	if !regexp.MustCompile(`_test\.go:\d+: \d+ fresh runs in \d(\.\d{1,3})?s,`).MatchString(out) {
		t.Errorf("want the count at the line of the test:\n%s", out)
	}
	replay := regexp.MustCompile(`SIM_SEED=(\d{6,}) go test`).FindStringSubmatch(out)
	if ok || replay == nil || !strings.Contains(out, "--- FAIL: TestBank/explore") || !regexp.MustCompile(`, [1-9]\d* repeated in a process of their own`).MatchString(out) {
		t.Fatalf("want a failure of a fresh seed:\n%s", out)
	}
	if once, ok := again(t, plantEnv+"=1", "SIM_SEED="+replay[1]); ok {
		t.Errorf("seed %s passes:\n%s", replay[1], once)
	}
}

// TestTestOfAWrongScenario: one seed is enough to tell.
func TestTestOfAWrongScenario(t *testing.T) {
	out, ok := again(t, hostlessEnv+"=1")
	if ok || strings.Count(out, "Hosts is empty") != 1 || !strings.Contains(out, "the other seeds are not run: the scenario is wrong for each") {
		t.Errorf("want the mistake once:\n%s", out)
	}
}

// TestTestConfirms in a process of its own: a run that goes another way there is not taken for a good one.
func TestTestConfirms(t *testing.T) {
	out, ok := again(t, pidEnv+"=1", "SIM_SEEDS=1-20", "SIM_FAULTS=lan")
	if ok || !strings.Contains(out, "seed 20 went another way in a process of its own: here hash ") || strings.Contains(out, "seed 19 went") {
		t.Errorf("want the twentieth seed to be told from its other run:\n%s", out)
	}
}

// TestTestFindsGoroutines: the first seed of a test looks at who calls the world. Later on a goroutine that does so beside
// the tasks may pass, or stop everything.
func TestTestFindsGoroutines(t *testing.T) {
	out, ok := again(t, goroutineEnv+"=1", "SIM_SEED=3")
	if ok || !strings.Contains(out, `Runtime.Now of host "a" was called by a goroutine that is no task of the world`) || !strings.Contains(out, "test_test.go:") {
		t.Errorf("want the call of the goroutine, and its line:\n%s", out)
	}
}

// TestTestTraces: SIM_TRACE shows the last events of a seed, whether it passes or not.
func TestTestTraces(t *testing.T) {
	five := regexp.MustCompile(`last events\n( +0\.000s  a  log  .*\n){5} +faults`)
	if out, ok := again(t, loggerEnv+"=pass", "SIM_TRACE=5", "SIM_SEED=3"); !ok || !five.MatchString(out) {
		t.Errorf("want five events of a seed that passes:\n%s", out)
	}
	if out, ok := again(t, loggerEnv+"=fail", "SIM_TRACE=5", "SIM_SHRINK=0", "SIM_SEED=3"); ok || !five.MatchString(out) || strings.Contains(out, causesTitle) {
		t.Errorf("want five events of a seed that fails, instead of causes:\n%s", out)
	}
	if out, ok := again(t, "SIM_TRACE=0", "SIM_SEED=3"); ok || !strings.Contains(out, "SIM_TRACE=0: want how many events to show, at least 1") {
		t.Errorf("no events are fine:\n%s", out)
	}
}
