// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/memnet"
)

func failedResult() Result {
	r := Result{
		Seed: 1187, Verdict: Failed, Hash: 0x34d831a670e30100, Virtual: 12_418 * time.Millisecond, Steps: 18_204, Choices: 7_555,
		Err:       &notHeldError{kind: "invariant", name: "one holder", err: errors.New(`"a" and "b" both hold the lease`)},
		Signature: "invariant one holder",
		Faults:    FaultCounts{"split": 2, "delay": 41, "reset": 1},
		Last: []memnet.Event{
			{At: 1_204 * time.Millisecond, Host: "a", Text: "asks for\nthe lease"},
			{At: 12_204 * time.Millisecond, Host: "server", Text: "grants it"},
		},
		Pending: []memnet.TaskInfo{
			{Host: "a", Name: "renew", Waiting: "Wait", Since: 2 * time.Second},
			{Host: "a", Name: endTask, Waiting: "Wait", Since: 0},
		},
		Replay: "SIM_SEED=1187 go test -run '^TestLease$' ./lease",
	}
	second := r
	r.Second = &second
	return r
}

func TestReport(t *testing.T) {
	r := failedResult()
	for i := range r.Last {
		r.Last[i].Kind = "log"
	}
	want := `seed 1187, t=12.418s: one holder: "a" and "b" both hold the lease
    last events
         1.204s  a       log  asks for the lease
        12.204s  server  log  grants it
    tasks that had not ended
      a  renew  Wait  since 2.000s
    faults: delay 41, reset 1, split 2
    run:    18204 steps, 41 % with a choice; trace hash 34d831a670e30100; repeats exactly
    replay: SIM_SEED=1187 go test -run '^TestLease$' ./lease`
	if got := r.Report(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReportOfPassedRun(t *testing.T) {
	r := Result{Seed: 1, Verdict: Passed, Virtual: time.Second}
	want := "seed 1, t=1.000s: passed\n    faults: none\n    run:    0 steps, 0 % with a choice; trace hash 0000000000000000"
	if got := r.Report(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestReportWithoutACommand has no line for it.
func TestReportWithoutACommand(t *testing.T) {
	r := failedResult()
	r.Replay = ""
	if got := (Shrunk{First: r, Last: Result{Tape: &Tape{}}}).Report(); strings.Contains(got, "replay") {
		t.Error(got)
	}
}

// TestReportTasks: those of the stack itself are counted, but listed when a run hangs in which there are no others.
func TestReportTasks(t *testing.T) {
	r := Result{Verdict: Failed, Err: errors.New("wrong"), Pending: []memnet.TaskInfo{
		{Host: "a", Name: "connection b:7077", Waiting: "Read", Inside: true},
		{Host: "a", Name: "renew", Waiting: "Sleep at lease.go:12"},
		{Host: "b", Name: "message loop", Waiting: "Wait", Inside: true},
	}}
	got := r.Report()
	want := "    tasks that had not ended\n      a  renew  Sleep at lease.go:12  since 0.000s\n" +
		"      and 2 of the stack itself, which serve connections and endpoints\n"
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r.Pending = append(r.Pending[:1], r.Pending[2])
	if got := r.Report(); !strings.Contains(got, "    tasks that had not ended\n      2 of the stack itself") {
		t.Errorf("nothing but the stack waits:\n%s", got)
	}
	r.Verdict = Hung
	if got := r.Report(); !strings.Contains(got, "connection b:7077") || !strings.Contains(got, "message loop") {
		t.Errorf("nothing but the stack waits, for ever:\n%s", got)
	}
}

// TestReportSaysWhatIsUnusual: a slow disk and a wrong clock strike all the time.
func TestReportSaysWhatIsUnusual(t *testing.T) {
	usual := "plan 1\nlink * -> * latency=" + plan.Span{Min: Calm().LatencyMin, Mean: Calm().LatencyMean}.String() + "\n"
	for text, want := range map[string]string{
		usual + "at 1s crash a for 1s\n":                                 "at 1s crash a for 1s",
		usual + "clock a offset=2s drift=0ppm\ndisk * slow=exp(80ms)\n":  "clock a offset=2s drift=0ppm; disk * slow=exp(80ms)",
		"plan 1\nlink * -> * latency=30ms..70ms\nat 1s crash a for 1s\n": "link * -> * latency=30ms..70ms; at 1s crash a for 1s",
	} {
		p, err := ParsePlan("test", text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range strikes(&p) {
			got = append(got, strings.Join(row, " "))
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestReportIsBounded(t *testing.T) {
	r := Result{Verdict: Hung, Err: errors.New("nothing can happen"), Last: []memnet.Event{{Text: strings.Repeat("long ", 100)}}}
	for range 50 {
		r.Pending = append(r.Pending, memnet.TaskInfo{Name: "waits"})
	}
	got := r.Report()
	if strings.Count(got, "waits") != maxPending || !strings.Contains(got, "and 10 more") {
		t.Errorf("50 tasks:\n%s", got)
	}
	for line := range strings.Lines(got) {
		if len([]rune(line)) > 200 {
			t.Errorf("a line of %d runes: %s", len([]rune(line)), line)
		}
	}
}

func TestReportOfTwoRunsThatDiffer(t *testing.T) {
	a, b := failedResult(), failedResult()
	b.Hash = 7
	d := divergence{number: 17, shared: &memnet.SeamCall{At: time.Second, Host: "a", Task: "boot", Call: "Runtime.Go", Text: "renew"}}
	d.ways[0] = way{call: &memnet.SeamCall{At: time.Second, Host: "a", Task: "boot", Call: "Conn.Write", Text: "3 bytes"}}
	d.suspects = []suspect{{"lease.go:12", "range over the map m"}}
	a.Err, a.Verdict = &DifferError{First: a, Second: b, divergence: d}, Nondeterministic
	got := a.Report()
	for _, want := range []string{
		"two runs of seed 1187 differ: hash 34d831a670e30100, one holder:", "hash 0000000000000007",
		`two runs part at call 17 on the world, after Runtime.Go of task "boot" of host a at 1.000s: renew`,
		`one run: Conn.Write of task "boot" of host a at 1.000s: 3 bytes`, "the other run: no further call", "lease.go:12  range over the map m", "the order of a map",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}
