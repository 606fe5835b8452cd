// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path"
	"path/filepath"
	"strconv"
)

// A sourcePackage is what is known of a folder of sources, without the types of anything.
type sourcePackage struct {
	fset      *gotoken.FileSet
	files     []*ast.File
	functions map[string][]*ast.FuncDecl // by name
	maps      map[string]bool            // names of variables, fields, parameters and functions that are or return maps
	types     map[string]bool            // names of types that are maps
}

// parsePackage reads the Go files of a folder. What cannot be read is left out.
func parsePackage(dir string) *sourcePackage {
	p := &sourcePackage{fset: gotoken.NewFileSet(), functions: map[string][]*ast.FuncDecl{}, maps: map[string]bool{}, types: map[string]bool{}}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return p
	}
	for _, name := range names { // sorted
		if f, err := parser.ParseFile(p.fset, name, nil, parser.SkipObjectResolution); err == nil {
			p.files = append(p.files, f)
		}
	}
	for _, f := range p.files {
		ast.Inspect(f, p.noteType)
	}
	for _, f := range p.files {
		ast.Inspect(f, p.noteMaps)
	}
	return p
}

func (p *sourcePackage) line(at gotoken.Pos) int { return p.fset.Position(at).Line }

func (p *sourcePackage) noteType(n ast.Node) bool {
	if t, ok := n.(*ast.TypeSpec); ok {
		if _, ok := t.Type.(*ast.MapType); ok {
			p.types[t.Name.Name] = true
		}
	}
	return true
}

// noteMaps notes what is declared as a map.
func (p *sourcePackage) noteMaps(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		p.functions[n.Name.Name] = append(p.functions[n.Name.Name], n)
		if r := n.Type.Results; r != nil && len(r.List) == 1 && p.isMapType(r.List[0].Type) {
			p.maps[n.Name.Name] = true
		}
	case *ast.Field: // of a struct, or a parameter
		if p.isMapType(n.Type) {
			p.noteNames(n.Names)
		}
	case *ast.ValueSpec:
		if n.Type != nil && p.isMapType(n.Type) {
			p.noteNames(n.Names)
		}
		for i, v := range n.Values {
			if i < len(n.Names) && p.makesMap(v) {
				p.noteNames(n.Names[i : i+1])
			}
		}
	case *ast.AssignStmt:
		for i, v := range n.Rhs {
			if i < len(n.Lhs) && p.makesMap(v) {
				if id, ok := n.Lhs[i].(*ast.Ident); ok {
					p.maps[id.Name] = true
				}
			}
		}
	}
	return true
}

func (p *sourcePackage) noteNames(names []*ast.Ident) {
	for _, id := range names {
		p.maps[id.Name] = true
	}
}

func (p *sourcePackage) isMapType(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.MapType:
		return true
	case *ast.Ident:
		return p.types[t.Name]
	}
	return false
}

// makesMap reports whether an expression is a new map.
func (p *sourcePackage) makesMap(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.CompositeLit:
		return e.Type != nil && p.isMapType(e.Type)
	case *ast.CallExpr:
		id, ok := e.Fun.(*ast.Ident)
		return ok && id.Name == "make" && len(e.Args) > 0 && p.isMapType(e.Args[0])
	}
	return false
}

// mapIn reports whether what is ranged over goes by the name of a map, or is the keys or values of one.
func (p *sourcePackage) mapIn(e ast.Expr) (name string, ok bool) {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name, p.maps[e.Name]
	case *ast.SelectorExpr:
		return e.Sel.Name, p.maps[e.Sel.Name]
	case *ast.CompositeLit:
		return "literal", p.makesMap(e)
	case *ast.CallExpr:
		if from, f := p.imported(e); from == "maps" && (f == "Keys" || f == "Values" || f == "All") && len(e.Args) == 1 {
			if name, _ = p.mapIn(e.Args[0]); name == "" {
				name = "m"
			}
			return name, true
		}
		name = calledName(e)
		return name + "()", p.maps[name] && p.functions[name] != nil
	}
	return "", false
}

// imported returns the import path and the name of a function of another package that is called.
func (p *sourcePackage) imported(call *ast.CallExpr) (from, name string) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return "", ""
	}
	for _, f := range p.files {
		if f.FileStart > call.Pos() || call.Pos() > f.FileEnd {
			continue
		}
		for _, i := range f.Imports {
			from, err := strconv.Unquote(i.Path.Value)
			if err == nil && (i.Name == nil && importName(from) == id.Name || i.Name != nil && i.Name.Name == id.Name) {
				return from, sel.Sel.Name
			}
		}
	}
	return "", ""
}

// importName is what a package goes by, mostly.
func importName(from string) string {
	if base := path.Base(from); base != "v2" {
		return base
	}
	return path.Base(path.Dir(from))
}

func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// functionsAround returns the functions and function literals around a place, the innermost first.
func (p *sourcePackage) functionsAround(at sourceLine) []ast.Node {
	var around []ast.Node
	for _, f := range p.files {
		if p.fset.Position(f.Pos()).Filename != at.file {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil || p.line(n.Pos()) > at.line || p.line(n.End()) < at.line {
				return false
			}
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				around = append([]ast.Node{n}, around...)
			}
			return true
		})
	}
	return around
}
