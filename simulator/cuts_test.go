// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/twinwire/twinwire/internal/tape"
)

// offering is a scenario of two hosts that do ten operations each, and note which.
func offering(done map[string][]int) func() Scenario {
	return func() Scenario {
		clear(done)
		var mu sync.Mutex
		note := func(n Node, i int) {
			mu.Lock()
			defer mu.Unlock()
			done[n.Name()] = append(done[n.Name()], i)
		}
		host := func(_ context.Context, n Node) error {
			for i := range Ops(n, 5) {
				note(n, i)
			}
			for i := range Ops(n, 5) {
				note(n, 100+i)
			}
			return nil
		}
		return Scenario{Name: "offering", Faults: Calm(), Hosts: Hosts{"a": host, "b": host}}
	}
}

func TestOpsYieldsAll(t *testing.T) {
	done := map[string][]int{}
	res := Run(RunConfig{}, offering(done))
	want := []int{0, 1, 2, 3, 4, 100, 101, 102, 103, 104}
	if res.Verdict != Passed || res.Operations != 20 || !slices.Equal(done["a"], want) || !slices.Equal(done["b"], want) {
		t.Errorf("%v, %d operations: %v", res, res.Operations, done)
	}
}

// TestTapeCuts: a tape says which hosts and operations a run does without, and so does the tape of that run.
func TestTapeCuts(t *testing.T) {
	done := map[string][]int{}
	cut := &Tape{Notes: []tape.Note{{Key: "skip", Text: "a 1-3,7"}, {Key: "without", Text: "b"}}}
	res := Run(RunConfig{Tape: cut, Record: true}, offering(done))
	if res.Verdict != Passed || !slices.Equal(done["a"], []int{3, 4, 100, 102, 103, 104}) || len(done["b"]) > 0 || res.Size().Hosts != 1 {
		t.Errorf("%v: %v, %v", res, done, res.Size())
	}
	if text := res.Tape.String(); !strings.Contains(text, "\nnote scenario offering\nnote without b\nnote skip a 1-3,7\n") {
		t.Errorf("the tape is\n%s", text)
	}
}

func TestWrongCuts(t *testing.T) {
	for text, note := range map[string]tape.Note{
		`no host "c"`:                         {Key: "without", Text: "c"},
		"skip a 0: want numbers":              {Key: "skip", Text: "a 0"},
		"skip a 5-3: want numbers":            {Key: "skip", Text: "a 5-3"},
		"skip a : want numbers":               {Key: "skip", Text: "a "},
		"skip a 1-9999999999: want numbers":   {Key: "skip", Text: "a 1-9999999999"},
		`fault profile "none": want calm, la`: {Key: "faults", Text: "none"},
	} {
		res := Run(RunConfig{Tape: &Tape{Notes: []tape.Note{note}}}, offering(map[string][]int{}))
		if res.Verdict != Failed || res.Signature != signatureScenario || !strings.Contains(res.Err.Error(), text) {
			t.Errorf("%v: %v, want %q", note, res, text)
		}
	}
}
