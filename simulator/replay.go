// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"net/url"
	"regexp"
	"runtime"
	"strings"
)

// replayCommand returns what runs a test and no other.
func replayCommand(test, pkg string) string {
	return fmt.Sprintf("go test -run '%s' %s", strings.ReplaceAll(testPattern(test), "'", `'\''`), pkg)
}

// testPattern returns the pattern of go test for one test: anchored at each level of the name.
func testPattern(test string) string {
	levels := strings.Split(test, "/")
	for i, l := range levels {
		levels[i] = "^" + regexp.QuoteMeta(l) + "$"
	}
	return strings.Join(levels, "/")
}

// testPackage returns the import path of the package whose test function is running, or "." if it cannot be told.
func testPackage() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	outermost := ""
	for {
		frame, more := frames.Next()
		if frame.Function == "testing.tRunner" {
			return packageOf(outermost)
		}
		outermost = frame.Function
		if !more {
			return "."
		}
	}
}

// packageOf returns the import path in a function's full name, "example.org/m/lease_test.TestLease.func1": the package
// that an external test package belongs to.
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	name, _, _ := strings.Cut(function[slash:], ".")
	path, err := url.PathUnescape(function[:slash] + strings.TrimSuffix(name, "_test"))
	switch {
	case err != nil, path == "", path == "main", path == "command-line-arguments": // go test of a list of files
		return "."
	}
	return path
}
