// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"math/bits"
	"runtime/debug"
	"strings"
	"time"

	"github.com/twinwire/twinwire/memnet"
)

// A divergence is where two runs of a seed part: the last call on the world that they share, and the first that differs.
type divergence struct {
	number   int // of the call that differs, from 1; 0: it was not found
	shared   *memnet.SeamCall
	ways     [2]way
	suspects []suspect
	far      bool // they stand somewhere in the package
}

// A way is what one of the runs does where they part.
type way struct {
	call  *memnet.SeamCall // nil: it makes no further call
	stack string           // of the task that makes it; empty: it did not come again
}

// What looking for a divergence may take: runs, time, and calls of a run that are kept.
const (
	divergeRuns  = 30
	sameWayRuns  = 8 // that look for the first one's way again, if another one than the second's was seen
	divergeTime  = 10 * time.Second
	divergeCalls = 4 << 20
)

// A follower makes a run and compares its calls with those of the first one.
type follower struct {
	first []uint64 // of each call of the first run
	trail trail    // of this run

	made  int // calls so far
	last  *memnet.SeamCall
	until int // the number of the call at which the run ends; 0: at the first that differs

	number int // of the call at which it ended
	way    way
	same   bool // that call was that of the first run
}

// diverge makes runs until one parts from the first, and then more until one goes the first one's way, or at least
// another one than the second, whose stack is then known too. It costs nothing unless runs differ.
func diverge(cfg RunConfig, scenario func() Scenario) divergence {
	cfg.Record, cfg.origins = false, false
	began := time.Now()
	f := &follower{}
	cfg.probe = func(c memnet.SeamCall) bool {
		f.first = append(f.first, hashOf(c))
		return len(f.first) < divergeCalls
	}
	runOnce(cfg, scenario())
	cfg.probe = f.follow
	var d divergence
	for range divergeRuns {
		f.restart(0)
		runOnce(cfg, scenario())
		if f.number == 0 && f.made < len(f.first) { // it ended before
			f.number, f.way = f.made+1, way{}
		}
		if f.number > 0 || time.Since(began) > divergeTime {
			break
		}
	}
	if f.number == 0 {
		d.suspect(placesOf(scenario()))
		return d
	}
	d.number, d.shared, d.ways[1] = f.number, f.last, f.way
	d.suspects = suspectsIn(append(framesOfStack(f.way.stack), f.trail.places()...))
	for i := range divergeRuns {
		if time.Since(began) > divergeTime || i >= sameWayRuns && d.ways[0].stack != "" {
			break
		}
		f.restart(d.number)
		runOnce(cfg, scenario())
		if f.number == d.number && f.way.call != nil && (f.same || d.ways[0].stack == "" && hashOf(*f.way.call) != callHash(d.ways[1].call)) {
			if d.ways[0] = f.way; f.same {
				break
			}
		}
	}
	if len(d.suspects) == 0 {
		d.suspect(append(framesOfStack(d.ways[0].stack), placesOf(scenario())...))
	}
	return d
}

// suspect looks around the places, and then everywhere in their packages: a handler that calls nothing on the world has left
// no trail.
func (d *divergence) suspect(places []sourceLine) {
	if d.suspects = suspectsIn(places); len(d.suspects) == 0 {
		d.suspects, d.far = suspectsAnywhere(places), true
	}
}

func (f *follower) restart(until int) {
	f.made, f.last, f.until, f.number, f.way, f.same, f.trail = 0, nil, until, 0, way{}, false, trail{}
}

// follow is called at each call of a run.
func (f *follower) follow(c memnet.SeamCall) bool {
	f.made++
	same := f.made <= len(f.first) && hashOf(c) == f.first[f.made-1]
	if f.until == 0 {
		f.trail.note()
	}
	if same && f.made != f.until {
		f.last = &c
		return f.until == 0 || f.made < f.until
	}
	f.number, f.same = f.made, same
	f.way = way{call: &c, stack: string(debug.Stack())}
	return false
}

// hashOf stands for what must be the same in two runs.
func hashOf(c memnet.SeamCall) uint64 {
	h := uint64(c.At) ^ bits.RotateLeft64(c.Detail, 32)
	for _, text := range []string{c.Host, c.Task, c.Call} {
		for i := range len(text) {
			h = (h ^ uint64(text[i])) * 1099511628211
		}
		h = bits.RotateLeft64(h, 7)
	}
	return h
}

func callHash(c *memnet.SeamCall) uint64 {
	if c == nil {
		return 0
	}
	return hashOf(*c)
}

// usualSuspects is what to look for when nothing better is known.
const usualSuspects = "    the code takes something from outside the world: the order of a map or a select, time.Now, math/rand,\n" +
	"    a goroutine, the address of a pointer, or a variable that outlives the run; see package api for what to use instead\n"

// onlyElsewhere is said of a run that differs from process to process, and within one does not.
const onlyElsewhere = "    in one process all runs are the same: look for what is a process's own, such as its id or its environment\n"

// report is for a person.
func (d divergence) report() string {
	var b strings.Builder
	if d.number > 0 {
		fmt.Fprintf(&b, "    two runs part at call %d on the world", d.number)
		if d.shared != nil {
			fmt.Fprintf(&b, ", after %s", callText(d.shared))
		}
		b.WriteString("\n")
		for i, w := range d.ways {
			fmt.Fprintf(&b, "      %s run: %s\n", []string{"one", "the other"}[i], callText(w.call))
			if lines := ownFrames(belowProbe(strings.Split(w.stack, "\n"))); len(lines) > 1 {
				b.WriteString("        " + strings.Join(lines, "\n        ") + "\n")
			}
		}
	}
	if len(d.suspects) > 0 {
		title := "suspects, the nearest first"
		if d.far {
			title = "suspects elsewhere in the package: none is near"
		}
		b.WriteString("    " + title + "\n")
		for _, s := range d.suspects {
			fmt.Fprintf(&b, "      %s  %s\n", s.place, s.what)
		}
	}
	b.WriteString(usualSuspects)
	return b.String()
}

func callText(c *memnet.SeamCall) string {
	if c == nil {
		return "no further call, or it did not come again"
	}
	text := fmt.Sprintf("%s of task %q of host %s at %s", c.Call, c.Task, c.Host, clock(c.At))
	if c.Text != "" {
		text += ": " + oneLine(c.Text)
	}
	return text
}

// belowProbe drops the frames of those who took the stack.
func belowProbe(lines []string) []string {
	for i, l := range lines {
		if strings.Contains(l, "/memnet.(*World).probe(") && i+2 <= len(lines) {
			return lines[i+2:]
		}
	}
	return lines
}
