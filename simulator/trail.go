// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"maps"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// A sourceLine is a line of the code under test.
type sourceLine struct {
	function string // with the path of its package
	file     string
	line     int
}

// maxTrail is how many places of a trail are kept.
const maxTrail = 12

// A trail is where the code under test last called the world, the newest first.
type trail struct{ recent []sourceLine }

// note adds where the code under test calls the world now.
func (t *trail) note() {
	var pcs [48]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if p := (sourceLine{f.Function, f.File, f.Line}); p.own() {
			if i := slices.Index(t.recent, p); i >= 0 {
				t.recent = slices.Delete(t.recent, i, i+1)
			}
			t.recent = slices.Insert(t.recent, 0, p)
			t.recent = t.recent[:min(len(t.recent), maxTrail)]
			return
		}
		if !more {
			return
		}
	}
}

func (t *trail) places() []sourceLine { return t.recent }

// own reports whether the place is of the code under test, and not of this module or of the standard library.
func (p sourceLine) own() bool {
	const module = "github.com/twinwire/twinwire/"
	if strings.HasSuffix(p.file, "_test.go") {
		return true
	}
	for _, inside := range []string{"api.", "api/", "memnet.", "simulator.", "internal/", "netty."} {
		if strings.HasPrefix(p.function, module+inside) {
			return false
		}
	}
	return p.file != "" && !strings.HasPrefix(p.file, standardLibrary())
}

// standardLibrary is the folder of the sources of the standard library.
func standardLibrary() string {
	file, _ := runtime.FuncForPC(reflect.ValueOf(strconv.Itoa).Pointer()).FileLine(0)
	return filepath.Dir(filepath.Dir(file)) + string(filepath.Separator)
}

// framesOfStack returns the places of the code under test in a stack dump, the innermost first.
func framesOfStack(stack string) []sourceLine {
	lines := strings.Split(stack, "\n")
	var all []sourceLine
	for i := 1; i+1 < len(lines); i += 2 {
		function, _, _ := strings.Cut(lines[i], "(0x")
		function, _, _ = strings.Cut(strings.TrimPrefix(function, "created by "), "(...)")
		function, _, _ = strings.Cut(function, "({")
		at, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +")
		colon := strings.LastIndexByte(at, ':')
		if colon < 0 {
			continue
		}
		line, err := strconv.Atoi(at[colon+1:])
		if p := (sourceLine{function, at[:colon], line}); err == nil && p.own() {
			all = append(all, p)
		}
	}
	return all
}

// placesOf returns where the functions of a scenario begin.
func placesOf(sc Scenario) []sourceLine {
	var all []sourceLine
	add := func(f any) {
		if fn := runtime.FuncForPC(reflect.ValueOf(f).Pointer()); fn != nil {
			file, line := fn.FileLine(fn.Entry())
			if p := (sourceLine{fn.Name(), file, line}); p.own() {
				all = append(all, p)
			}
		}
	}
	for _, host := range sc.hostNames() {
		add(sc.Hosts[host])
	}
	for _, table := range []map[string]func() error{sc.Always, sc.Checks} {
		for _, name := range slices.Sorted(maps.Keys(table)) {
			add(table[name])
		}
	}
	return all
}
