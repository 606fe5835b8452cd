// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/ast"
	"strings"
)

const unseenMark = "//go:norace"

// unseenRules keep the simulated world out of sight of the race detector, which would take what it does between the
// steps of two tasks for races of theirs, or for synchronization.
func unseenRules() []rule {
	world := func(s *source) bool { return s.pkg == "memnet" && !s.test }
	return []rule{
		{"the race detector does not see the world", eachFile(world, unseenFunctions)},
		{"the world has no maps", eachFile(world, noMaps)},
		{"the world has no loops over functions", noIterators},
	}
}

// unseenFunctions wants the mark at every function, but in files that race builds do not have.
func unseenFunctions(s *source) []finding {
	if strings.Contains(s.text, "\n//go:build !race\n") {
		return nil
	}
	var found []finding
	for _, d := range s.file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if ok && fn.Body != nil && !marked(fn) {
			found = append(found, s.at(fn.Pos(), fn.Name.Name+" is not marked "+unseenMark, "the mark as the last line of the comment"))
		}
	}
	return found
}

func marked(fn *ast.FuncDecl) bool {
	if fn.Doc == nil {
		return false
	}
	for _, c := range fn.Doc.List {
		if c.Text == unseenMark {
			return true
		}
	}
	return false
}

// noMaps refuses map types in what a world keeps: maps tell the detector whatever the mark says.
func noMaps(s *source) []finding {
	var found []finding
	ast.Inspect(s.file, func(n ast.Node) bool {
		if fields, ok := n.(*ast.StructType); ok {
			for _, f := range fields.Fields.List {
				if _, is := f.Type.(*ast.MapType); is {
					found = append(found, s.at(f.Pos(), "map in a struct", "a keyTable, or a slice"))
				}
			}
		}
		return true
	})
	return found
}

func unseenPlants() []plant {
	seen := func(name string, files map[string]string, want ...string) plant {
		return plant{"the race detector does not see the world", name, files, want}
	}
	return append(iteratorPlants(), []plant{
		seen("no mark", body("memnet/a.go", "// f does it.\nfunc f() {}\n\nfunc (t) g() {}"), "memnet/a.go:10: f is not marked", "a.go:12: g is not marked"),
		seen("marks", body("memnet/a.go", "// f does it.\n//\n//go:norace\nfunc f() {}\n\n//go:noinline\n//go:norace\nfunc (t) g() {}")),
		seen("plain builds", map[string]string{"memnet/a.go": "//go:build x\n\n//go:build !race\n\npackage p\n\nfunc f() {}\n"}),
		seen("tests and others", map[string]string{"memnet/a_test.go": "package p\n\nfunc f() {}\n", "netty/a.go": "package p\n\nfunc f() {}\n"}),
		{"the world has no maps", "a field", body("memnet/a.go", "type t struct {\n\ta int\n\tb map[int]int\n}"), []string{"a.go:11: map in a struct; instead: a keyTable"}},
		{"the world has no maps", "a local", body("memnet/a.go", "func f() { m := map[int]int{}; _ = m }"), nil},
	}...)
}
