// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// tables lists the package variables under the seam that are written once, where
// they are declared, and only read afterwards; each with what it is.
func tables() map[string]string {
	return map[string]string{
		"internal/transport.sentinelTexts": "sentinels and what Spark writes for them",
		"internal/transport.javaClasses":   "errors and the classes a JVM knows them by",
	}
}

func stateRules() []rule {
	everyFile := func(*source) bool { return true }
	return []rule{
		{"no mutable package state under the seam", eachFile(underSeam, noPackageState)},
		{"no init under the seam", eachFile(underSeam, noInit)},
		{"sentinels come from std errors", eachFile(everyFile, stdSentinels)},
	}
}

// packageVars calls f for every name of every package-level var, with its value or nil.
func (s *source) packageVars(f func(decl *ast.GenDecl, spec *ast.ValueSpec, name *ast.Ident, value ast.Expr)) {
	for _, d := range s.file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.VAR {
			continue
		}
		for _, sp := range decl.Specs {
			spec, ok := sp.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, name := range spec.Names {
				var value ast.Expr
				if i < len(spec.Values) {
					value = spec.Values[i]
				}
				f(decl, spec, name, value)
			}
		}
	}
}

func noPackageState(s *source) []finding {
	var found []finding
	known := tables()
	s.packageVars(func(decl *ast.GenDecl, spec *ast.ValueSpec, name *ast.Ident, value ast.Expr) {
		_, listed := known[s.pkg+"."+name.Name]
		if name.Name == "_" || listed || sentinel(s, name.Name, value) || embedded(decl, spec) {
			return
		}
		found = append(found, s.at(name.Pos(), "package variable "+name.Name,
			"a field, a const, or a switch; a table that is only read goes into the list in state_test.go"))
	})
	return found
}

// sentinel says whether a variable is an error that is only compared with.
func sentinel(s *source, name string, value ast.Expr) bool {
	if !strings.HasPrefix(name, "Err") && !strings.HasPrefix(name, "err") {
		return false
	}
	switch v := value.(type) {
	case *ast.CallExpr:
		pkg, fn, _ := qualified(v.Fun, s.imports())
		return slices.Contains([]string{"errors.New", "fmt.Errorf"}, pkg+"."+fn)
	case *ast.CompositeLit:
		return true
	case *ast.UnaryExpr:
		_, lit := v.X.(*ast.CompositeLit)
		return lit && v.Op == token.AND
	}
	return false
}

func embedded(decl *ast.GenDecl, spec *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{decl.Doc, spec.Doc} {
		if doc == nil {
			continue
		}
		for _, c := range doc.List {
			if strings.HasPrefix(c.Text, "//go:embed ") {
				return true
			}
		}
	}
	return false
}

func noInit(s *source) []finding {
	var found []finding
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			found = append(found, s.at(f.Pos(), "func init", "a constructor"))
		}
	}
	return found
}

// stdSentinels finds package variables made by pkg/errors: they keep the stack of init.
func stdSentinels(s *source) []finding {
	var found []finding
	s.packageVars(func(_ *ast.GenDecl, _ *ast.ValueSpec, name *ast.Ident, value ast.Expr) {
		call, ok := value.(*ast.CallExpr)
		if !ok {
			return
		}
		if pkg, fn, _ := qualified(call.Fun, s.imports()); pkg == "github.com/pkg/errors" {
			found = append(found, s.at(name.Pos(), "package variable "+name.Name+" made by pkg/errors."+fn,
				"New of the standard errors: this one keeps a useless stack of init"))
		}
	})
	return found
}
