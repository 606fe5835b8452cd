// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"fmt"
	"go/ast"
	gotoken "go/token"
	"path/filepath"
	"slices"
	"strings"
)

// A suspect is a line that may do something else each time it runs.
type suspect struct {
	place string // file:line
	what  string
}

// maxSuspects is how many suspects are told, and maxCalls how deep calls within a package are followed.
const (
	maxSuspects = 4
	maxCalls    = 3
)

// suspectsIn reads the source, where it can be found, around the places: the functions they are in, and what those call
// in their package. The nearest come first.
func suspectsIn(places []sourceLine) []suspect {
	f := &finder{packages: map[string]*sourcePackage{}, seen: map[ast.Node]bool{}}
	for _, p := range places {
		pkg := f.packageOf(filepath.Dir(p.file))
		for _, fn := range pkg.functionsAround(p) {
			f.look(pkg, fn, p.line, maxCalls)
		}
	}
	return f.found[:min(len(f.found), maxSuspects)]
}

// suspectsAnywhere looks through the files of the places, and then through the rest of their packages, tests last.
func suspectsAnywhere(places []sourceLine) []suspect {
	f := &finder{packages: map[string]*sourcePackage{}, seen: map[ast.Node]bool{}}
	for _, which := range []func(name string, p sourceLine) bool{
		func(name string, p sourceLine) bool { return name == p.file },
		func(name string, _ sourceLine) bool { return !strings.HasSuffix(name, "_test.go") },
		func(string, sourceLine) bool { return true },
	} {
		for _, p := range places {
			pkg := f.packageOf(filepath.Dir(p.file))
			for _, file := range pkg.files {
				if which(pkg.fset.Position(file.Pos()).Filename, p) {
					f.look(pkg, file, 0, 0)
				}
			}
		}
	}
	return f.found[:min(len(f.found), maxSuspects)]
}

// A finder collects suspects.
type finder struct {
	packages map[string]*sourcePackage
	seen     map[ast.Node]bool
	found    []suspect
}

func (f *finder) packageOf(dir string) *sourcePackage {
	if f.packages[dir] == nil {
		f.packages[dir] = parsePackage(dir)
	}
	return f.packages[dir]
}

// look looks at a function, first at what stands before the line, and then at those it calls.
func (f *finder) look(pkg *sourcePackage, fn ast.Node, line, depth int) {
	if f.seen[fn] {
		return
	}
	f.seen[fn] = true
	type hit struct {
		line int
		what string
	}
	var hits []hit
	var calls []string
	ast.Inspect(fn, func(n ast.Node) bool {
		if n == nil || n != fn && f.seen[n] {
			return false
		}
		if what := pkg.suspicion(n); what != "" {
			hits = append(hits, hit{pkg.line(n.Pos()), what})
		}
		if call, ok := n.(*ast.CallExpr); ok {
			calls = append(calls, calledName(call))
		}
		return true
	})
	distance := func(h hit) int { // what stands behind the line comes last
		if h.line > line {
			return 1<<20 + h.line - line
		}
		return line - h.line
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(distance(a), distance(b)) })
	for _, h := range hits {
		s := suspect{place: fmt.Sprintf("%s:%d", filepath.Base(pkg.fset.Position(fn.Pos()).Filename), h.line), what: h.what}
		if !slices.Contains(f.found, s) {
			f.found = append(f.found, s)
		}
	}
	if depth == 0 {
		return
	}
	for _, name := range calls {
		for _, callee := range pkg.functions[name] {
			f.look(pkg, callee, 1<<30, depth-1)
		}
	}
}

// suspicion says what is wrong with a node, or nothing.
func (p *sourcePackage) suspicion(n ast.Node) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "go starts a goroutine outside the world: use Runtime.Go or api.Group"
	case *ast.SelectStmt:
		if len(n.Body.List) > 1 {
			return "select picks any of the cases that are ready: wait with a Waiter or an api.Queue"
		}
	case *ast.RangeStmt:
		if name, ok := p.mapIn(n.X); ok {
			return "range over the map " + name + " goes in another order each time: go through slices.Sorted(maps.Keys(" + name + "))"
		}
	case *ast.CallExpr:
		return p.suspiciousCall(n)
	case *ast.BasicLit:
		if n.Kind == gotoken.STRING && strings.Contains(n.Value, "%p") {
			return "%p prints the address of a pointer, which differs from run to run"
		}
	}
	return ""
}

// machineCalls returns functions that answer otherwise each time, by package and name, and what to call instead.
func machineCalls() map[string]map[string]string {
	return map[string]map[string]string{
		"time": {
			"Now": "Runtime.Now", "Since": "Runtime.Now", "Until": "Runtime.Now", "Sleep": "api.Sleep", "After": "api.Sleep",
			"Tick": "api.Sleep", "NewTimer": "Runtime.AfterFunc", "NewTicker": "Runtime.AfterFunc", "AfterFunc": "Runtime.AfterFunc",
		},
		"context":      {"WithTimeout": "api.WithTimeout", "WithDeadline": "api.WithTimeout"},
		"math/rand":    {"*": "Runtime.Rand"},
		"math/rand/v2": {"*": "Runtime.Rand"},
		"crypto/rand":  {"*": "Runtime.Entropy"},
		"hash/maphash": {"*": "another hash"},
		"os":           {"Getpid": "a name from Node", "Hostname": "Node.Name", "Getenv": "what the scenario is given"},
		"runtime":      {"NumCPU": "a setting", "NumGoroutine": "a count of your own", "GOMAXPROCS": "a setting"},
	}
}

// suspiciousCall looks at a call of another package.
func (p *sourcePackage) suspiciousCall(call *ast.CallExpr) string {
	path, name := p.imported(call)
	table := machineCalls()
	instead := table[path][name]
	if instead == "" && !strings.HasPrefix(name, "New") {
		instead = table[path]["*"]
	}
	if instead == "" {
		return ""
	}
	return filepath.Base(strings.TrimSuffix(path, "/v2")) + "." + name + " is of the machine: use " + instead
}
