// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
)

// noIterators refuses loops over functions in the files of the world that race builds have: the body of such a loop is a
// function of its own, which the mark of the function around it does not cover.
func noIterators(all tree) []finding {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, s := range all {
		if s.pkg != "memnet" || s.test || strings.Contains(s.text, "\n//go:build !race\n") {
			continue
		}
		f, err := parser.ParseFile(fset, s.path, s.text, parser.SkipObjectResolution)
		if err != nil {
			return []finding{{path: s.path, line: 1, what: err.Error()}}
		}
		files = append(files, f)
	}
	exports, err := exportData()
	if err != nil {
		return []finding{{path: "memnet", line: 1, what: "go list: " + err.Error()}}
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", exports), Error: func(error) {}}
	_, _ = conf.Check(module+"/memnet", fset, files, info) // a loop over what has no type is found below
	var found []finding
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			loop, ok := n.(*ast.RangeStmt)
			if !ok {
				return true
			}
			at := fset.Position(loop.Pos())
			switch over := info.TypeOf(loop.X); {
			case over == nil:
				found = append(found, finding{path: at.Filename, line: at.Line, what: "loop over something of unknown type"})
			case isFunction(over):
				found = append(found, finding{path: at.Filename, line: at.Line, what: "loop over a function", instead: "a loop over a slice, such as that of strings.Split"})
			}
			return true
		})
	}
	return found
}

func isFunction(t types.Type) bool {
	_, is := t.Underlying().(*types.Signature)
	return is
}

// exportData returns what finds the compiled interfaces of the packages that package memnet imports.
func exportData() (importer.Lookup, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "./memnet") //nolint:noctx // a rule has no context
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		pkg, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[pkg] = file
	}
	return func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("package memnet does not import %s", path)
		}
		return os.Open(files[path])
	}, nil
}

func iteratorPlants() []plant {
	loops := func(name string, files map[string]string, want ...string) plant {
		return plant{"the world has no loops over functions", name, files, want}
	}
	const split = "func f() {\n\tfor p := range strings.SplitSeq(\"a b\", \" \") {\n\t\t_ = p\n\t}\n}"
	return []plant{
		loops("of std", body("memnet/a.go", split, "strings"), "memnet/a.go:10: loop over a function; instead: a loop over a slice"),
		loops("in a method of another file", map[string]string{
			"memnet/a.go": "package memnet\n\ntype names []string\n\nfunc (n names) each(yield func(string) bool) {}\n",
			"memnet/b.go": "package memnet\n\nfunc g(n names) {\n\tfunc() {\n\t\tfor range n.each {\n\t\t}\n\t}()\n}\n",
		}, "memnet/b.go:5: loop over a function"),
		loops("of an unknown", body("memnet/a.go", "func f() {\n\tfor range nowhere() {\n\t}\n}"), "a.go:10: loop over something of unknown type"),
		loops("over slices, numbers and maps", body("memnet/a.go", "func f(m map[int]int) {\n\tfor range strings.Split(\"a b\", \" \") {\n\t}\n\tfor range 3 {\n\t}\n\tfor range m {\n\t}\n}", "strings")),
		loops("plain builds, tests and others", map[string]string{
			"memnet/a.go": "//go:build x\n\n//go:build !race\n\npackage p\n\nimport \"strings\"\n\n" + split, "memnet/a_test.go": "package p\n\n" + split, "netty/a.go": "package p\n\n" + split,
		}),
	}
}
