// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"path"
	"strings"
)

// places finds out in which lines of the code under test the tasks are parked.
//
//go:norace
func (w *World) places() map[*coro]string {
	all := map[*coro]string{}
	world := fmt.Sprintf("%p", w)
	stacks := map[string]string{} // by coroutine
	for stack := range strings.SplitSeq(allStacks(), "\n\n") {
		if coro, in := turnArgs(stack); in == world {
			stacks[coro] = stack
		}
	}
	for _, c := range w.coros {
		if stack, ok := stacks[fmt.Sprintf("%p", c)]; ok {
			all[c] = callerLine(stack)
		}
	}
	return all
}

// callerLine returns the file and line of the innermost frame that belongs neither to the world nor to api.
//
//go:norace
func callerLine(stack string) string {
	lines := strings.Split(stack, "\n")
	for i := 1; i+1 < len(lines); i += 2 {
		name, at := lines[i], lines[i+1]
		if worldFrame(name, at) {
			continue
		}
		at, _, _ = strings.Cut(strings.TrimSpace(at), " ")
		return path.Base(at)
	}
	return ""
}

// worldFrame reports whether a frame is of the machinery: its name and place as a stack dump shows them.
//
//go:norace
func worldFrame(name, at string) bool {
	const module = "github.com/twinwire/twinwire/"
	if strings.HasPrefix(name, "runtime.") || strings.HasPrefix(name, "iter.") || strings.HasPrefix(name, "io.") || strings.HasPrefix(name, "bufio.") {
		return true
	}
	ours := strings.HasPrefix(name, module+"api.") || strings.HasPrefix(name, module+"memnet.")
	return ours && !strings.Contains(at, "_test.go:")
}
