// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twinwire/twinwire/memnet"
)

// Leak is something that the code of a host has left behind: after a run that passed the faults heal, the contexts of the
// hosts' functions end, the envs and block services made through a [Node] are shut down, and this is still there and will
// never go away by itself. Hosts that are down at the end leave nothing behind. See Scenario.Stays.
type Leak struct {
	// Kind is task, timer, connection, listener or buffer.
	Kind string
	Host string
	// Name is that of a task, both ends of a connection, the address of a listener, what a buffer holds.
	Name string
	// Code is the function that a task or a timer runs, such as "lease.(*server).acquire.func1".
	Code string
	// State is what a task waits in, when a timer fires, how a connection is.
	State string
	// Since is the virtual time at which the task began to wait, or the timer was set.
	Since time.Duration
	// Origin is the stack that made it, or set the timer, two lines a frame. It is known once the run is made again, as
	// each failing one is.
	Origin string
}

// String returns one line.
func (l Leak) String() string {
	var b strings.Builder
	b.WriteString(l.Kind + " ")
	if l.Name != "" {
		b.WriteString(l.Name + " ")
	}
	b.WriteString("of host " + l.Host)
	if l.Code != "" {
		b.WriteString(", " + l.Code)
	}
	if l.State != "" {
		b.WriteString(", " + l.State)
	}
	switch l.Kind {
	case "task":
		b.WriteString(" since " + clock(l.Since))
	case "timer": // which may be long after the verdict: the world goes on, to see what goes away
		b.WriteString(", set at " + clock(l.Since))
	}
	return b.String()
}

// signature is the same for leaks that have one cause.
func (l Leak) signature() string {
	name := l.Name
	switch l.Kind {
	case "task":
		name = numberless(name)
	case "timer":
		name = l.Code
	case "connection":
		here, there, _ := strings.Cut(name, " <-> ")
		name = roleOfAddress(here) + " <-> " + roleOfAddress(there)
	case "listener", "buffer":
		name = ""
	}
	return strings.TrimSpace("leak " + l.Kind + " " + role(l.Host) + " " + name)
}

func roleOfAddress(a string) string {
	host, _, _ := strings.Cut(a, ":")
	return role(host)
}

// A leakError says what a run that passed has left behind.
type leakError struct{ leaks []Leak }

func (e *leakError) Error() string {
	text := "left behind: " + e.leaks[0].String()
	if more := len(e.leaks) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// maxLeaks bounds how many leaks a report shows.
const maxLeaks = 8

// details lists what is left, with where it was made.
func (e *leakError) details() string {
	var b strings.Builder
	b.WriteString("    left behind, minutes after the contexts of the hosts' functions had ended and the envs were shut down\n")
	for i, l := range e.leaks {
		if i == maxLeaks {
			fmt.Fprintf(&b, "      and %d more\n", len(e.leaks)-maxLeaks)
			break
		}
		b.WriteString("      " + l.String() + "\n")
		if lines := ownFrames(strings.Split(strings.TrimSpace(l.Origin), "\n")); len(lines) > 1 {
			b.WriteString("        made by\n          " + strings.Join(lines, "\n          ") + "\n")
		}
	}
	b.WriteString("    " + e.remedy() + ", or say in Scenario.Stays that it is meant to stay\n")
	return b.String()
}

// remedy says what to do about what is left.
func (e *leakError) remedy() string {
	isBuffer := func(l Leak) bool { return l.Kind == "buffer" }
	switch {
	case !slices.ContainsFunc(e.leaks, isBuffer):
		return "end it with the context or in OnStop"
	case slices.ContainsFunc(e.leaks, func(l Leak) bool { return !isBuffer(l) }):
		return "end it with the context or in OnStop, a buffer with its Release"
	}
	return "call Release once for each time the buffer was handed over or retained"
}

// leaks picks out what a world has left that will never go away by itself, and is not meant to stay. begun is when the
// hosts were told to end.
func (s *stage) leaks(left []memnet.Left, begun time.Duration) []Leak {
	var all []Leak
	for _, l := range left {
		if l.Kind == memnet.LeftTask && (l.Name == endTask || l.Name == shutdownTask) {
			continue
		}
		if l.Kind == memnet.LeftTimer && l.Since < begun { // it fires once, late
			continue
		}
		all = append(all, Leak{Kind: l.Kind.String(), Host: l.Host, Name: l.Name, Code: l.Code, State: l.State, Since: l.Since, Origin: l.Origin})
	}
	for _, n := range s.upNodes() {
		host := n.Name()
		for _, p := range slices.Concat(n.audit.Mistakes(), n.audit.Leaks()) {
			all = append(all, Leak{Kind: "buffer", Host: host, Name: p.Buffer, State: p.Mistake.String(), Origin: framesOf(p.Made)})
		}
	}
	stays := s.scenario.Stays
	if stays != nil {
		all = slices.DeleteFunc(all, stays)
	}
	slices.SortStableFunc(all, func(a, b Leak) int {
		return cmp.Or(cmp.Compare(a.signature(), b.signature()), cmp.Compare(a.Host, b.Host))
	})
	return all
}

// framesOf gives the stack of a buffer, "\n\tfunction file:line" for each frame, the form of the others.
func framesOf(stack string) string {
	var b strings.Builder
	for frame := range strings.SplitSeq(strings.TrimSpace(stack), "\n") {
		function, at, _ := strings.Cut(strings.TrimSpace(frame), " ")
		if strings.HasSuffix(function, "memnet.(*coro).turn") {
			break
		}
		fmt.Fprintf(&b, "%s(...)\n\t%s\n", function, at)
	}
	return b.String()
}

// leaked reports whether the run failed because of what it left behind.
func (r Result) leaked() bool {
	_, ok := errors.AsType[*leakError](r.Err)
	return ok
}
