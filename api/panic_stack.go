// SPDX-License-Identifier: Apache-2.0

package api

import "strings"

// panicStack is what debug.Stack, called in the deferred function that recovered, tells of the code that panicked: from the
// line that did to where the stack called it, without addresses, so that it reads the same whenever the same happens. It
// travels to the asker, and what differs there from run to run would make a simulated run differ too. A text that is no such
// stack is returned as it is.
func panicStack(stack string) string {
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	var frames []string // function and place of each
	for i := 1; i+1 < len(lines); i += 2 {
		frames = append(frames, withoutArguments(lines[i])+"\n"+withoutOffset(lines[i+1])+"\n")
	}
	for i, f := range frames {
		if strings.HasPrefix(f, "panic(") {
			frames = frames[i+1:]
			break
		}
	}
	for len(frames) > 1 && ofRuntime(frames[0]) {
		frames = frames[1:]
	}
	for len(frames) > 1 && (ofRuntime(frames[len(frames)-1]) || ofStack(frames[len(frames)-1])) {
		frames = frames[:len(frames)-1]
	}
	if len(frames) == 0 {
		return stack
	}
	return strings.Join(frames, "")
}

func ofRuntime(frame string) bool {
	return strings.HasPrefix(frame, "runtime.") || strings.HasPrefix(frame, "internal/runtime/") ||
		strings.HasPrefix(frame, "iter.") || strings.HasPrefix(frame, "created by ")
}

// ofStack reports whether a frame is of what lies below a component.
func ofStack(frame string) bool {
	const module = "github.com/twinwire/twinwire/"
	for _, inside := range []string{"api.", "internal/", "memnet.", "netty."} {
		if strings.HasPrefix(frame, module+inside) && !strings.Contains(frame, "_test.go:") {
			return true
		}
	}
	return false
}

// withoutArguments shortens "pkg.(*T).f(0xc000, {0x1, 0x2})" to "pkg.(*T).f(...)".
func withoutArguments(function string) string {
	function, _, _ = strings.Cut(function, " in goroutine ")
	if !strings.HasSuffix(function, ")") {
		return function
	}
	depth := 0
	for i := len(function) - 1; i > 0; i-- {
		switch function[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return function[:i] + "(...)"
			}
		}
	}
	return function
}

// withoutOffset shortens "\tfile.go:12 +0x1d" to "\tfile.go:12".
func withoutOffset(place string) string {
	place, _, _ = strings.Cut(place, " +0x")
	return place
}
