// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// plantEnv makes TestBank run the careless bank; the tests below start this program again with it.
const plantEnv = "TWINWIRE_PLANT_LOST_UPDATE"

func TestBank(t *testing.T) {
	if _, planted := os.LookupEnv(plantEnv); planted {
		Test(t, bank(carelessDeposit))
		return
	}
	Test(t, bank(carefulDeposit))
}

// again runs TestBank in a process of its own, with more environment.
func again(t *testing.T, env ...string) (out string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestBank$", "-test.v")
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "SIM_SEED") }), env...)
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
	if ok || !strings.Contains(once, verdict[1]) || strings.Count(once, "=== RUN") != 2 {
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
	for env, want := range map[string]string{"SIM_SEEDS=5-3": "the range is reversed", "SIM_SEED=one": "want a seed"} {
		if out, ok := again(t, env); ok || !strings.Contains(out, want) {
			t.Errorf("%s: want %q:\n%s", env, want, out)
		}
	}
}
