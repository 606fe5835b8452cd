// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/twinwire/twinwire/internal/tape"
)

// Tape is what a run left to chance, as data that can be kept, printed, edited and played again. The tape of a shrunk
// failure says too which hosts and operations it did without.
type Tape = tape.Tape

// ParseTape reads the text form of a tape, which its String method prints.
func ParseTape(text string) (*Tape, error) { return tape.Parse(text) }

// cuts are the parts of a scenario that a run does without.
type cuts struct {
	hosts map[string]bool            // their functions are not called
	ops   map[string]map[uint64]bool // operations that are skipped, by host, counted from 1
}

// The keys of the notes that keep cuts on a tape.
const (
	noteScenario = "scenario"
	noteFaults   = "faults"  // the profile that replaced the scenario's own
	noteWithout  = "without" // a host
	noteSkip     = "skip"    // a host, and numbers of operations
)

func noCuts() cuts { return cuts{hosts: map[string]bool{}, ops: map[string]map[uint64]bool{}} }

func (c cuts) skips(host string, op uint64) bool { return c.ops[host][op] }

// clone returns a copy that shares nothing.
func (c cuts) clone() cuts {
	d := cuts{hosts: maps.Clone(c.hosts), ops: map[string]map[uint64]bool{}}
	for host, ops := range c.ops {
		d.ops[host] = maps.Clone(ops)
	}
	return d
}

// skip leaves an operation out.
func (c cuts) skip(host string, op uint64) {
	if c.ops[host] == nil {
		c.ops[host] = map[uint64]bool{}
	}
	c.ops[host][op] = true
}

// notes writes down for a tape what else makes the run: the scenario, the profile that replaced its own, the cuts.
func (c cuts) notes(scenario, profile string) []tape.Note {
	notes := []tape.Note{{Key: noteScenario, Text: scenario}}
	if profile != "" {
		notes = append(notes, tape.Note{Key: noteFaults, Text: profile})
	}
	for _, host := range slices.Sorted(maps.Keys(c.hosts)) {
		notes = append(notes, tape.Note{Key: noteWithout, Text: host})
	}
	for _, host := range slices.Sorted(maps.Keys(c.ops)) {
		if len(c.ops[host]) > 0 {
			notes = append(notes, tape.Note{Key: noteSkip, Text: host + " " + rangesOf(c.ops[host])})
		}
	}
	return notes
}

// rangesOf writes numbers as "1-12,14".
func rangesOf(set map[uint64]bool) string {
	var parts []string
	all := slices.Sorted(maps.Keys(set))
	for i := 0; i < len(all); {
		j := i
		for j+1 < len(all) && all[j+1] == all[j]+1 {
			j++
		}
		part := strconv.FormatUint(all[i], 10)
		if j > i {
			part += "-" + strconv.FormatUint(all[j], 10)
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// maxSkipped bounds the operations that one note may list.
const maxSkipped = 1 << 20

// cutsOf reads the cuts of a tape; it may be nil.
func cutsOf(t *Tape, sc Scenario) (cuts, error) {
	c := noCuts()
	if t == nil {
		return c, nil
	}
	for _, n := range t.Notes {
		host, ranges, _ := strings.Cut(n.Text, " ")
		_, known := sc.Hosts[host]
		switch {
		case n.Key != noteWithout && n.Key != noteSkip:
			continue
		case !known:
			return c, fmt.Errorf("tape: %s %s: the scenario has no host %q", n.Key, n.Text, host)
		case n.Key == noteWithout:
			c.hosts[host] = true
			continue
		}
		for part := range strings.SplitSeq(ranges, ",") {
			if !c.skipRange(host, part) {
				return c, fmt.Errorf("tape: skip %s: want numbers of operations, such as 1-12,14", n.Text)
			}
		}
	}
	return c, nil
}

func (c cuts) skipRange(host, part string) bool {
	low, high, dash := strings.Cut(part, "-")
	if !dash {
		high = low
	}
	first, err1 := strconv.ParseUint(low, 10, 64)
	last, err2 := strconv.ParseUint(high, 10, 64)
	if err1 != nil || err2 != nil || first == 0 || last < first || last-first > maxSkipped {
		return false
	}
	for op := first; op <= last; op++ {
		c.skip(host, op)
	}
	return true
}
