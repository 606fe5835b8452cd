// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"testing"
)

// TestTablesAreOnlyRead holds the exceptions of state_test.go to their word: each
// exists, and nothing writes to it, its elements included.
func TestTablesAreOnlyRead(t *testing.T) {
	known := tables()
	declared := map[string]bool{}
	for _, s := range load(t) {
		s.packageVars(func(_ *ast.GenDecl, _ *ast.ValueSpec, name *ast.Ident, _ ast.Expr) {
			declared[s.pkg+"."+name.Name] = true
		})
		for _, f := range writes(s, known) {
			t.Error(f)
		}
	}
	for name := range known {
		if !declared[name] {
			t.Errorf("state_test.go lists %s, which does not exist", name)
		}
	}
}

func TestTablesAreOnlyReadBites(t *testing.T) {
	const text = `package p

var table = map[string][]int{"a": {1}}

func f() int {
	table = nil
	table["b"] = nil
	table["a"][0]++
	p := &table
	delete(table, "a")
	clear(table)
	table["a"] = append(table["a"], 1)
	table := 1
	table = 2
	return table
}

func g() int { return len(table["a"]) + table["a"][0] }
`
	s, err := parse("internal/p/a.go", text)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, f := range writes(s, map[string]string{"internal/p.table": ""}) {
		got = append(got, f.line)
	}
	if want := []int{6, 7, 8, 9, 10, 11, 12}; !slices.Equal(got, want) {
		t.Errorf("writes found in lines %v, want %v", got, want)
	}
	if found := writes(s, map[string]string{"internal/q.table": ""}); len(found) > 0 {
		t.Errorf("writes to a table of another package: %v", found)
	}
}

// writes finds what changes a known table or takes its address.
func writes(s *source, known map[string]string) []finding {
	var found []finding
	written := func(e ast.Expr) {
		if id := base(e); id != nil && packageLevel(id) {
			if _, listed := known[s.pkg+"."+id.Name]; listed {
				found = append(found, s.at(e.Pos(), "write to the table "+id.Name, "a copy: tables are only read"))
			}
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, e := range n.Lhs {
					written(e)
				}
			}
		case *ast.IncDecStmt:
			written(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				written(n.X)
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && (id.Name == "delete" || id.Name == "clear") && len(n.Args) > 0 {
				written(n.Args[0])
			}
		}
		return true
	})
	return found
}

// base is the variable whose part an expression names, or nil.
func base(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.IndexExpr:
		return base(e.X)
	case *ast.SliceExpr:
		return base(e.X)
	case *ast.SelectorExpr:
		return base(e.X)
	case *ast.ParenExpr:
		return base(e.X)
	case *ast.StarExpr:
		return base(e.X)
	}
	return nil
}

// packageLevel says whether an identifier is not declared inside a function:
// here, or in another file of the package.
func packageLevel(id *ast.Ident) bool {
	if id.Obj == nil {
		return true
	}
	_, spec := id.Obj.Decl.(*ast.ValueSpec)
	return spec
}
