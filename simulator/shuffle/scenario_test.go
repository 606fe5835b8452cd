// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"errors"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// texts is an input for tests, and the sum of its counts.
func texts() (job shuffle.Job, input []simulator.Mount) {
	input = []simulator.Mount{{Name: "input/0", FS: fstest.MapFS{
		"a.txt":     {Data: []byte(strings.Repeat("The quick brown fox ", 300))},
		"b/c.txt":   {Data: []byte(strings.Repeat("jumps, over (the) lazy Dög; 漢字 ", 300))},
		"empty.txt": {},
	}}}
	return shuffle.Job{
		Inputs: []shuffle.Input{{Path: "input/0", Shown: "texts"}},
		// Of brown 300, dög 300, fox 300, jumps 300, lazy 300, over 300, quick 300, the 600, 漢字 300.
		Want: "d7c181e503f74e5d710f18dc3e18d324dc5219afa690cddbb24439ca14570e2c",
	}, input
}

func TestShuffleUnderFaults(t *testing.T) {
	for _, faults := range []simulator.Profile{simulator.Calm(), simulator.LAN(), simulator.Hostile()} {
		t.Run(faults.Name, func(t *testing.T) {
			simulator.Test(t, func() simulator.Scenario {
				job, input := texts()
				return shuffle.Scenario(job, faults, input)
			})
		})
	}
}

func TestAnyNumberOfExecutorsAndPartitions(t *testing.T) {
	for _, n := range [][2]int{{1, 1}, {1, 8}, {3, 2}, {8, 20}} {
		job, input := texts()
		job.Executors, job.Partitions = n[0], n[1]
		res := simulator.Run(simulator.RunConfig{Seed: 1}, func() simulator.Scenario {
			return shuffle.Scenario(job, simulator.Calm(), input)
		})
		if res.Verdict != simulator.Passed {
			t.Errorf("%d executors, %d partitions: %s", n[0], n[1], res.Report())
		}
	}
}

func TestNoInputIsNoWords(t *testing.T) {
	input := []simulator.Mount{{Name: "input/0", FS: fstest.MapFS{"empty.txt": {}}}}
	var got shuffle.Outcome
	job := shuffle.Job{Inputs: []shuffle.Input{{Path: "input/0"}}, Done: func(o shuffle.Outcome) { got = o }}
	res := simulator.Run(simulator.RunConfig{Seed: 1}, func() simulator.Scenario { return shuffle.Scenario(job, simulator.Calm(), input) })
	const ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if res.Verdict != simulator.Passed || got.Summary.SHA256 != ofNothing || got.InputFiles != 1 {
		t.Errorf("%s: %+v", res, got)
	}
}

func TestCalmRunTellsWhatItDid(t *testing.T) {
	job, input := texts()
	var got shuffle.Outcome
	job.Done = func(o shuffle.Outcome) { got = o }
	res := simulator.Run(simulator.RunConfig{Seed: 3}, func() simulator.Scenario { return shuffle.Scenario(job, simulator.Calm(), input) })
	if res.Verdict != simulator.Passed {
		t.Fatal(res.Report())
	}
	s := got.Stats
	if got.InputFiles != 3 || got.ExecutorsLost != 0 || got.TasksRerun != 0 || s.Retries != 0 || s.Asks == 0 || s.Fetches == 0 || s.BytesShuffled == 0 {
		t.Errorf("%+v", got)
	}
}

func TestNoExecutorsIsAClearError(t *testing.T) {
	res := simulator.Run(simulator.RunConfig{Seed: 1}, func() simulator.Scenario {
		job, input := texts()
		job.Executors = 1
		sc := shuffle.Scenario(job, simulator.Calm(), input)
		delete(sc.Hosts, shuffle.ExecutorHost(1))
		return sc
	})
	if res.Verdict != simulator.CleanError || !errors.Is(res.Err, shuffle.ErrNoExecutors) || res.Virtual > 20*time.Second {
		t.Errorf("%v after %v", res, res.Virtual)
	}
}

// shrinking is a file system whose files lose a byte once they were opened a number of times.
type shrinking struct {
	fstest.MapFS
	opens *atomic.Int64
}

func (s shrinking) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".txt") && s.opens.Add(1) > 3 {
		return fstest.MapFS{name: {Data: []byte("shorter")}}.Open(name)
	}
	return s.MapFS.Open(name)
}

func TestInputThatChangesIsAClearError(t *testing.T) {
	var got shuffle.Outcome
	res := simulator.Run(simulator.RunConfig{Seed: 1}, func() simulator.Scenario {
		job, input := texts()
		job.Done = func(o shuffle.Outcome) { got = o }
		input[0].FS = shrinking{input[0].FS.(fstest.MapFS), new(atomic.Int64)}
		return shuffle.Scenario(job, simulator.Calm(), input)
	})
	in, ok := errors.AsType[*shuffle.InputError](got.Err)
	if res.Verdict != simulator.CleanError || !ok || in.Name != "texts/a.txt" || !strings.Contains(got.Err.Error(), "input changed") {
		t.Errorf("%v: %v", res, got.Err)
	}
}
