// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"strings"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// maxStack is how many lines of a stack a report shows.
const maxStack = 24

// stackOf returns the lines of the stack that belongs to an error, the frame to blame first, or nil.
func stackOf(err error) []string {
	var lines []string
	if p, ok := errors.AsType[*memnet.PanicError](err); ok {
		lines = belowPanic(strings.Split(p.Stack, "\n"))
	} else if s, ok := errors.AsType[*memnet.StallError](err); ok {
		lines = strings.Split(s.Stack, "\n")
	} else if e, ok := errors.AsType[*memnet.ExitError](err); ok {
		lines = belowExit(strings.Split(e.Stack, "\n"))
	} else if p, ok := errors.AsType[*api.PanicError](err); ok { // of a check, or of a handler whose asker has passed it on
		lines = strings.Split(strings.TrimSpace(p.Stack), "\n")
	}
	return upTo(lines)
}

// belowPanic drops the frames of the runtime and of those who caught the panic.
func belowPanic(lines []string) []string {
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") && i+2 <= len(lines) {
			return lines[i+2:]
		}
	}
	return lines
}

// belowExit drops the frames of those who ended the goroutine, those of package testing and of a [TB] included.
func belowExit(lines []string) []string {
	for i, l := range lines {
		if strings.HasPrefix(l, "runtime.Goexit(") {
			for i += 2; i+2 <= len(lines) && (strings.HasPrefix(lines[i], "testing.") || strings.Contains(lines[i], "/simulator.(*taskTB).")); i += 2 {
				continue
			}
			return lines[i:]
		}
	}
	return lines
}

// ownFrames drops the frames of this module's inside, unless all are, and those below the task's own function.
func ownFrames(lines []string) []string {
	lines = ofTask(lines)
	var own []string
	for i := 0; i+1 < len(lines); i += 2 {
		if inside := strings.Contains(lines[i], "/twinwire/internal/") || strings.Contains(lines[i], "/twinwire/api.") ||
			strings.Contains(lines[i], "/twinwire/memnet."); !inside {
			own = append(own, lines[i], lines[i+1])
		}
	}
	if len(own) == 0 {
		own = lines
	}
	return upTo(own)
}

// upTo drops the frames below the task's own function or the check, and what is too long.
func upTo(lines []string) []string {
	lines = ofTask(lines)
	return lines[:min(len(lines), maxStack)]
}

// ofTask drops the frames below the task's own function, or an invariant or a check, which are no news.
func ofTask(lines []string) []string {
	for i, l := range lines {
		if strings.Contains(l, "/memnet.(*coro).") || strings.Contains(l, "/simulator.guarded(") || strings.Contains(l, "/simulator.(*stage).") {
			return lines[:i]
		}
	}
	return lines
}
