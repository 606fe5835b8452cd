// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"path"
	"runtime"
	"strings"
	"time"
)

// A tbLine is what a task said through its [TB].
type tbLine struct {
	at    time.Duration
	host  string
	place string // file:line
	text  string
}

func (l tbLine) String() string {
	return fmt.Sprintf("%s %s %s: %s", clock(l.at), l.host, l.place, strings.ReplaceAll(l.text, "\n", "\n    "))
}

// maxLines bounds how many lines of a run are kept.
const maxLines = 1000

// tbLines is what the tasks of a run said.
type tbLines struct {
	helpers map[string]bool // functions that called Helper
	all     []tbLine        // the first ones
	dropped int
	failure *tbError // the first, or nil
}

func (l *tbLines) keep(one tbLine) {
	if len(l.all) == maxLines {
		l.dropped++
		return
	}
	l.all = append(l.all, one)
}

// texts returns the lines, and how many there were more.
func (l *tbLines) texts() []string {
	var texts []string
	for _, one := range l.all {
		texts = append(texts, one.String())
	}
	if l.dropped > 0 {
		texts = append(texts, fmt.Sprintf("and %d lines more", l.dropped))
	}
	return texts
}

// line makes a line of the innermost caller that is neither of the TB nor a helper.
func (t *taskTB) line(text string) tbLine {
	l := tbLine{host: t.node.Name(), text: text}
	var helpers map[string]bool
	if t.sim != nil {
		s := t.sim.stage
		l.at, helpers = s.world.Elapsed(), s.lines.helpers
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if !more {
			return l
		}
		if l.place = fmt.Sprintf("%s:%d", path.Base(f.File), f.Line); !helpers[f.Function] && !strings.Contains(f.Function, "/simulator.(*taskTB).") && !strings.Contains(f.Function, "/simulator.tbWriter.") {
			return l
		}
	}
}

// A tbError is that a task failed the run through its [TB].
type tbError struct {
	line tbLine
	exit error // how the task ended, or nil
}

func (e *tbError) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.line.host, e.line.place, e.line.text)
}
func (e *tbError) Unwrap() error { return e.exit }
