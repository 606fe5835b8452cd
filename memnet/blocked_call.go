// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"path"
	"reflect"
	"runtime"
	"strings"
)

// blockedCall finds the innermost line of the code under test in a stack, and the function that it calls there.
//
//go:norace
func blockedCall(stack string) (call, place string) {
	lines := strings.Split(stack, "\n")
	for i := 1; i+1 < len(lines); i += 2 {
		at, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		if strings.Contains(lines[i], "/memnet.(*coro).turn(") {
			return "", ""
		}
		if !ownFrame(lines[i], at) {
			continue
		}
		if i > 1 {
			call = frameName(lines[i-2])
		}
		return call, path.Base(at)
	}
	return "", ""
}

// ownFrame reports whether a frame is of the code under test: neither of the standard library nor of this module, tests
// apart.
//
//go:norace
func ownFrame(name, at string) bool {
	if strings.Contains(at, "_test.go:") {
		return true
	}
	return !strings.HasPrefix(name, modulePrefix) && !strings.HasPrefix(at, standardLibrary())
}

// standardLibrary is the folder of the standard library, as stacks name it.
//
//go:norace
func standardLibrary() string {
	file, _ := runtime.FuncForPC(reflect.ValueOf(strings.Cut).Pointer()).FileLine(0)
	return path.Dir(path.Dir(file)) + "/"
}

// frameName makes "net.(*conn).Read" of "net.(*conn).Read(0xc000…)".
//
//go:norace
func frameName(frame string) string {
	if open := strings.LastIndexByte(frame, '('); open > 0 {
		return path.Base(frame[:open])
	}
	return path.Base(frame)
}
