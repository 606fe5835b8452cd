// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/memnet"
)

// String returns one line: seed, virtual time, and how the run ended.
func (r Result) String() string {
	return fmt.Sprintf("seed %d, t=%s: %s", r.Seed, clock(r.Virtual), r.ending())
}

func (r Result) ending() string {
	switch {
	case r.Err == nil:
		return r.Verdict.String()
	case r.Verdict == Failed || r.Verdict == Nondeterministic:
		return r.Err.Error()
	}
	return r.Verdict.String() + ": " + r.Err.Error()
}

// Report returns the report of a run for a person: the verdict, the last events, the tasks that had not ended, the
// faults that fired, whether the run repeats, and the command that repeats it. It ends without a line feed.
func (r Result) Report() string {
	var b strings.Builder
	b.WriteString(r.String() + "\n")
	r.body(&b)
	return strings.TrimSuffix(b.String(), "\n")
}

// Report returns the report of the smallest run, and from what it was shrunk. It ends without a line feed.
func (s Shrunk) Report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n    shrunk from %s\n           to %s\n           in %s and %d runs", s.First, s.First.Size(), s.Last.Size(),
		clock(s.Wall), s.Runs)
	if !s.Complete {
		b.WriteString("; the time was up")
	}
	fmt.Fprintf(&b, "\n    that is %s\n", s.Last)
	section(&b, "what it does without", leftOut(s.Last.Tape))
	section(&b, "what strikes", strikes(s.Last.Plan))
	last := s.Last
	last.Second, last.Confirmed, last.Replay = nil, false, s.Replay
	last.body(&b)
	if s.Story != "" {
		fmt.Fprintf(&b, "    story:  %s\n", s.Story)
	}
	fmt.Fprintf(&b, "    the seed itself: trace hash %016x%s\n", s.First.Hash, s.First.repetition())
	if s.First.Replay != "" {
		fmt.Fprintf(&b, "    replay: %s\n", s.First.Replay)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// leftOut lists the hosts and operations that a run does without, by its tape: what fails without a host may do so because the
// host is not there.
func leftOut(t *Tape) [][]string {
	var rows [][]string
	for _, n := range t.Notes {
		switch n.Key {
		case noteWithout:
			rows = append(rows, []string{"host " + n.Text})
		case noteSkip:
			host, operations, _ := strings.Cut(n.Text, " ")
			rows = append(rows, []string{"operations " + operations + " of " + host})
		}
	}
	return rows
}

// maxStrikes bounds how many faults a report lists.
const maxStrikes = 16

// strikes lists the faults of a run, and what of its network, disks and clocks is not as in a calm one, as its plan has them.
func strikes(p *Plan) [][]string {
	if p == nil {
		return nil
	}
	rows := unusual(p)
	for _, t := range p.Timed {
		rows = append(rows, []string{t.String()})
	}
	for _, o := range p.Occasions {
		rows = append(rows, []string{o.String()})
	}
	if len(rows) > maxStrikes {
		rows = append(rows[:maxStrikes], []string{fmt.Sprintf("and %d more", len(rows)-maxStrikes)})
	}
	return rows
}

// unusual lists what a plan says that a run is like all the time, unless all runs are.
func unusual(p *Plan) [][]string {
	calm := Calm()
	usual := plan.Plan{Links: []plan.Link{{From: "*", To: "*", Latency: &plan.Span{Min: calm.LatencyMin, Mean: calm.LatencyMean}}}}.String()
	var rows [][]string
	for line := range strings.Lines(plan.Plan{Links: p.Links, Disks: p.Disks, Clocks: p.Clocks}.String()) {
		if !strings.Contains(usual, line) {
			rows = append(rows, []string{strings.TrimSpace(line)})
		}
	}
	return rows
}

// body is what follows the verdict.
func (r Result) body(b *strings.Builder) {
	if d, ok := r.Err.(*DifferError); ok { //nolint:errorlint // only Run makes it, and never wraps it
		b.WriteString(d.divergence.report())
	}
	if left, ok := errors.AsType[*leakError](r.Err); ok {
		b.WriteString(left.details())
	}
	if e, ok := errors.AsType[*ElsewhereError](r.Err); ok {
		if e.divergence.number == 0 {
			b.WriteString(onlyElsewhere)
		}
		b.WriteString(e.divergence.report())
	}
	if stack := stackOf(r.Err); len(stack) > 0 {
		b.WriteString("    stack\n      " + strings.Join(stack, "\n      ") + "\n")
	}
	if len(r.causes) > 0 {
		section(b, causesTitle, r.causes)
	} else {
		section(b, "last events", r.eventRows())
	}
	section(b, r.taskTitle(), r.taskRows())
	w := tabwriter.NewWriter(b, 0, 0, 1, ' ', 0)
	fmt.Fprintf(w, "    faults:\t%s\n", faultText(r.Faults))
	fmt.Fprintf(w, "    run:\t%d steps, %d %% with a choice; trace hash %016x%s\n",
		r.Steps, percent(r.Choices, r.Steps), r.Hash, r.repetition())
	if r.Replay != "" {
		fmt.Fprintf(w, "    replay:\t%s\n", r.Replay)
	}
	_ = w.Flush() // into a strings.Builder, which takes everything
}

func section(b *strings.Builder, title string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "    %s\n", title)
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, "      "+strings.Join(row, "\t"))
	}
	_ = w.Flush() // into a strings.Builder, which takes everything
}

func (r Result) eventRows() [][]string {
	rows := make([][]string, 0, len(r.Last))
	for _, e := range r.Last {
		rows = append(rows, []string{fmt.Sprintf("%9s", clock(e.At)), e.Host, fmt.Sprint(e.Kind), oneLine(e.Text)})
	}
	return rows
}

const maxPending = 40

// taskTitle says in which order the tasks come.
func (r Result) taskTitle() string {
	if r.Verdict == Hung {
		return "what is waited for, the longest first"
	}
	return "tasks that had not ended"
}

// taskRows lists the tasks, but counts those without a line of the code under test, unless all are, and the run hangs.
func (r Result) taskRows() [][]string {
	all := slices.DeleteFunc(slices.Clone(r.Pending), func(t memnet.TaskInfo) bool { return t.Name == endTask })
	listed := slices.DeleteFunc(slices.Clone(all), func(t memnet.TaskInfo) bool { return t.Inside })
	inside := len(all) - len(listed)
	if len(listed) == 0 && r.Verdict == Hung {
		listed, inside = all, 0
	}
	var rows [][]string
	for _, t := range listed[:min(len(listed), maxPending)] {
		rows = append(rows, []string{t.Host, t.Name, oneLine(t.Waiting), "since " + clock(t.Since)})
	}
	if more := len(listed) - len(rows); more > 0 {
		rows = append(rows, []string{fmt.Sprintf("and %d more", more)})
	}
	if inside > 0 {
		text := fmt.Sprintf("%d of the stack itself, which serve connections and endpoints", inside)
		if len(rows) > 0 {
			text = "and " + text
		}
		rows = append(rows, []string{text})
	}
	return rows
}

func (r Result) repetition() string {
	switch {
	case r.Second == nil:
		return ""
	case r.Repeats() && r.Confirmed:
		return "; repeats exactly, in a process of its own too"
	case r.Repeats():
		return "; repeats exactly"
	}
	return "; does not repeat"
}

// clock writes a virtual time in seconds and milliseconds.
func clock(d time.Duration) string { return fmt.Sprintf("%.3fs", d.Seconds()) }

func oneLine(s string) string {
	const limit = 160
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}

func percent(part, whole uint64) uint64 { return part * 100 / max(whole, 1) }

func faultText(c FaultCounts) string {
	if len(c) == 0 {
		return "none"
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(c)) {
		parts = append(parts, fmt.Sprintf("%s %d", kind, c[kind]))
	}
	return strings.Join(parts, ", ")
}
