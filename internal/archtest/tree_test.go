// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/twinwire/twinwire"
	root   = "../.."
)

// A source is one parsed Go file.
type source struct {
	path string // from the module root, with slashes
	pkg  string // the folder of path; "." is the root
	test bool
	text string
	fset *token.FileSet
	file *ast.File
}

// A tree is every Go file of the module, nested modules and testdata apart,
// whatever its build constraints.
type tree []*source

// A finding is one place where a rule does not hold.
type finding struct {
	path    string
	line    int
	what    string
	instead string
}

func (f finding) String() string {
	s := fmt.Sprintf("%s:%d: %s", f.path, f.line, f.what)
	if f.instead != "" {
		s += "; instead: " + f.instead
	}
	return s
}

func (s *source) at(pos token.Pos, what, instead string) finding {
	return finding{path: s.path, line: s.fset.Position(pos).Line, what: what, instead: instead}
}

// external says whether the file belongs to an external test package.
func (s *source) external() bool {
	return s.test && strings.HasSuffix(s.file.Name.Name, "_test")
}

func parse(name, text string) (*source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	return &source{
		path: name, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
		text: text, fset: fset, file: file,
	}, nil
}

// load reads the tree from the disk. A file that does not parse is an error of
// the test; the others are still looked at.
func load(t *testing.T) tree {
	t.Helper()
	var all tree
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return enter(name)
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		s, err := parse(fromRoot(name), string(text))
		if err != nil {
			t.Error(err)
			return nil
		}
		all = append(all, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// enter answers SkipDir for the folders that `go list ./...` does not look into.
func enter(dir string) error {
	if dir == root {
		return nil
	}
	base := filepath.Base(dir)
	if base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func fromRoot(name string) string {
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return filepath.ToSlash(name)
	}
	return filepath.ToSlash(rel)
}

// imports maps the names under which a file knows its imports to their paths.
func (s *source) imports() map[string]string {
	names := map[string]string{}
	for _, spec := range s.file.Imports {
		p := importPath(spec)
		if spec.Name != nil {
			names[spec.Name.Name] = p
			continue
		}
		base := path.Base(p)
		if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
			base = path.Base(path.Dir(p))
		}
		names[base] = p
	}
	return names
}

// selectors calls f for every name that the file takes from an import.
func (s *source) selectors(f func(pkg, name string, pos token.Pos)) {
	names := s.imports()
	ast.Inspect(s.file, func(n ast.Node) bool {
		if pkg, name, ok := qualified(n, names); ok {
			f(pkg, name, n.Pos())
		}
		return true
	})
}

// qualified resolves n when it is a name of an imported package.
func qualified(n ast.Node, names map[string]string) (pkg, name string, ok bool) {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return "", "", false
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok || id.Obj != nil { // Obj: a variable of the file shadows the import
		return "", "", false
	}
	pkg, ok = names[id.Name]
	return pkg, sel.Sel.Name, ok
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return p
}

// within says whether pkg is one of the folders, or below one of them.
func within(pkg string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool {
		return pkg == f || strings.HasPrefix(pkg, f+"/")
	})
}
