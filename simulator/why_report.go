// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"strings"
	"time"
)

// Report returns the explanation for a person: what strikes, which choices the failure needs, what happened in the order
// of cause, what each host did, and when the failure became likely. It ends without a line feed.
func (e Explanation) Report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", e.Run)
	section(&b, "what strikes", strikes(e.Run.Plan))
	needed, others := e.needRows(true), e.needRows(false)
	section(&b, "what it needs: with any of these calm, it ends another way", needed)
	section(&b, "what it does not need", others)
	if len(needed)+len(others) == 0 {
		b.WriteString("    it needs nothing: the calm run fails in the same way\n")
	}
	section(&b, causesTitle, e.causeRows())
	section(&b, "what each host did", e.hostRows())
	section(&b, fmt.Sprintf("of %d runs that go on by other chances after a moment, how many fail in the same way", futures), e.momentRows())
	fmt.Fprintf(&b, "    %s in %s", plural(e.Runs, "run"), clock(e.Wall))
	if !e.Complete {
		b.WriteString("; the time was up")
	}
	fmt.Fprintf(&b, "; trace hash %016x\n", e.Run.Hash)
	if e.Replay != "" {
		fmt.Fprintf(&b, "    replay: %s\n", e.Replay)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// maxNeeds bounds how many choices a section lists.
const maxNeeds = 24

func (e Explanation) needRows(needed bool) [][]string {
	var rows [][]string
	more := 0
	for _, n := range e.Needs {
		switch {
		case n.Needed != needed:
		case len(rows) == maxNeeds:
			more++
		case needed:
			rows = append(rows, []string{n.Kind, n.What, "at " + clock(n.At), "otherwise: " + oneLine(n.Otherwise)})
		default:
			rows = append(rows, []string{n.Kind, n.What, "at " + clock(n.At)})
		}
	}
	if more > 0 {
		rows = append(rows, []string{fmt.Sprintf("and %d more", more)})
	}
	return rows
}

// maxCauses bounds how much of what happened is told: the end of it, all faults and marks, and what happened when a choice
// was made that the failure needs.
const maxCauses = 48

const causesTitle = "what happened, in the order of cause"

func (e Explanation) causeRows() [][]string {
	all := foldFiles(e.causes())
	early := max(len(all)-maxCauses, 0)
	telling := e.neededMoments()
	var rows [][]string
	left := 0
	for i, s := range all {
		if i < early && (s.Kind != "fault" && s.Kind != "lose" && s.Kind != "mark" && !telling[s.At] || len(rows) >= maxCauses) {
			left++
			continue
		}
		rows = append(rows, []string{fmt.Sprintf("%9s", clock(s.At)), s.Host, oneLine(sightingText(s))})
	}
	if left > 0 {
		rows = append([][]string{{"", "", fmt.Sprintf("(%s before the last ones left out)", plural(left, "event"))}}, rows...)
	}
	return append(rows, []string{fmt.Sprintf("%9s", clock(e.Run.Virtual)), e.failedHost(), "FAILS: " + oneLine(e.Run.ending())})
}

// neededMoments are when the choices were made that the failure needs, but those that were made once for the run.
func (e Explanation) neededMoments() map[time.Duration]bool {
	moments := map[time.Duration]bool{}
	for _, n := range e.Needs {
		if n.Needed && n.Kind != classSetting.String() {
			moments[n.At] = true
		}
	}
	return moments
}

func (e Explanation) hostRows() [][]string {
	var rows [][]string
	for _, host := range e.hostNames() {
		rows = append(rows, []string{host, e.hostStory(host)})
	}
	return rows
}

// momentRows leaves out moments that changed nothing.
func (e Explanation) momentRows() [][]string {
	var rows [][]string
	jump := e.jump()
	for i, m := range e.Moments {
		if i > 0 && i+1 < len(e.Moments) && m.Fail == e.Moments[i-1].Fail && m.Fail == e.Moments[i+1].Fail {
			continue
		}
		what := "the start"
		if m.What != "" {
			what = oneLine(m.What)
		}
		row := []string{fmt.Sprintf("%9s", clock(m.At)), m.Host, what, fmt.Sprint(m.Fail)}
		sealed := m.Fail == m.Runs && (i == 0 || e.Moments[i-1].Fail < e.Moments[i-1].Runs)
		switch {
		case i == jump && sealed:
			row = append(row, "<- likely, and certain")
		case i == jump:
			row = append(row, "<- likely")
		case sealed:
			row = append(row, "<- certain")
		}
		rows = append(rows, row)
	}
	return rows
}

// jump returns the moment before which the failure was the least likelier, or -1.
func (e Explanation) jump() int {
	most, at := 0, -1
	for i := 1; i < len(e.Moments); i++ {
		if by := e.Moments[i].Fail - e.Moments[i-1].Fail; by > most {
			most, at = by, i
		}
	}
	return at
}
