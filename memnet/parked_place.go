// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"path"
	"strings"
)

// A parkedPlace is where a task is parked.
type parkedPlace struct {
	line   string // file:line of the code under test, or of the stack if none of its lines is there
	call   string // what it calls there, such as "Sleep" or "Queue.Get"; empty: nothing of api
	inside bool
}

// describe says what a task waits for, and where.
//
//go:norace
func (p parkedPlace) describe(waiting string) string {
	if waiting == "Wait" && p.call != "" {
		waiting = p.call
	}
	if p.line != "" {
		waiting += " at " + p.line
	}
	return waiting
}

// places finds out in which lines of the code under test the tasks are parked.
//
//go:norace
func (w *World) places() map[*coro]parkedPlace {
	all := map[*coro]parkedPlace{}
	world := fmt.Sprintf("%p", w)
	stacks := map[string]string{}                              // by coroutine
	for _, stack := range strings.Split(allStacks(), "\n\n") { //nolint:modernize // the race detector would see the body
		if coro, in := turnArgs(stack); in == world {
			stacks[coro] = stack
		}
	}
	for _, c := range w.coros {
		if stack, ok := stacks[fmt.Sprintf("%p", c)]; ok {
			all[c] = parkedPlaceIn(stack)
		}
	}
	return all
}

// parkedPlaceIn reads a stack: the innermost frame that belongs neither to the world, nor to api, nor to the stack.
//
//go:norace
func parkedPlaceIn(stack string) parkedPlace {
	var p parkedPlace
	lines := strings.Split(stack, "\n")
	for i := 1; i+1 < len(lines); i += 2 {
		name, at := lines[i], lines[i+1]
		if strings.Contains(name, "/memnet.(*coro).turn(") {
			p.inside, p.call = true, ""
			return p
		}
		if worldFrame(name, at) {
			if _, f, ok := strings.Cut(name, modulePrefix+"api."); ok {
				p.call = callName(f)
			}
			continue
		}
		at, _, _ = strings.Cut(strings.TrimSpace(at), " ")
		if inside := strings.HasPrefix(name, insidePrefix) && !strings.Contains(at, "_test.go:"); !inside {
			p.line = path.Base(at)
			return p
		}
		if p.line == "" {
			p.line = path.Base(at)
		}
		p.call = ""
	}
	return p
}

// callName makes "Queue.Get" of "(*Queue[...]).Get(0xc000...)".
//
//go:norace
func callName(frame string) string {
	frame = strings.NewReplacer("[...]", "", "(*", "").Replace(frame)
	frame = strings.Replace(frame, ").", ".", 1)
	name, _, _ := strings.Cut(frame, "(")
	return name
}

const modulePrefix = "github.com/twinwire/twinwire/"

// worldFrame reports whether a frame is of the machinery, that of Go included: its name and place as a stack dump shows them.
//
//go:norace
func worldFrame(name, at string) bool {
	if strings.HasPrefix(strings.TrimSpace(at), standardLibrary()) { // not in a build with -trimpath
		return true
	}
	if strings.HasPrefix(name, "runtime.") || strings.HasPrefix(name, "iter.") || strings.HasPrefix(name, "io.") || strings.HasPrefix(name, "bufio.") {
		return true
	}
	ours := strings.HasPrefix(name, modulePrefix+"api.") || strings.HasPrefix(name, modulePrefix+"memnet.") ||
		strings.HasPrefix(name, modulePrefix+"simulator.(*taskTB).")
	return ours && !strings.Contains(at, "_test.go:")
}
