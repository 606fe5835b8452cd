// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// keep writes the tape of the smallest run to testdata/sim, and the plan of the first one.
func (r *testRun) keep(seed uint64, s Shrunk) (path string, err error) {
	name := strconv.FormatUint(seed, 10)
	if _, err := r.write(name, ".plan", s.First.Plan.String()); err != nil {
		return "", err
	}
	return r.write(name, ".tape", s.Last.Tape.String())
}

// write writes a file of a run of the test to testdata/sim.
func (r *testRun) write(run, kind, text string) (path string, err error) {
	test := strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>| '`, c) {
			return '_'
		}
		return c
	}, r.name)
	path = filepath.Join("testdata", "sim", test+"-"+run+kind)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, []byte(text), 0o644)
}

// storyBudget is how long the explanation of the smallest run may take, unless SIM_WHY says otherwise.
const storyBudget = 2 * time.Second

// explain says why the smallest run fails.
func (r *testRun) explain(t *testing.T, s Shrunk) (Explanation, bool) {
	t.Helper()
	cfg := r.config(s.First.Seed)
	cfg.Plan, cfg.Tape, cfg.Replay = nil, s.Last.Tape, s.Replay
	return Why(WhyConfig{Run: cfg, Budget: max(storyBudget, r.options.why)}, r.scenario)
}

// story writes the page of an explanation, and returns where.
func (r *testRun) story(t *testing.T, why Explanation) string {
	t.Helper()
	path, err := r.write(strconv.FormatUint(why.Run.Seed, 10), ".html", why.HTML())
	if err != nil {
		t.Logf("the story is not kept: %v", err)
		return ""
	}
	return path
}

// progressEvery is how often a test tells how far shrinking is.
const progressEvery = 2 * time.Second

// progress returns what tells so.
func (r *testRun) progress(t *testing.T) func(Shrunk) {
	last := time.Now()
	return func(s Shrunk) {
		if now := time.Now(); now.Sub(last) >= progressEvery {
			last = now
			t.Logf("shrinking: %d runs, %v", s.Runs, s.Last.Size())
		}
	}
}
