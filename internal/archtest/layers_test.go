// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"slices"
	"strings"
)

// A layer is a top-level folder and what its packages may import, themselves
// and the standard library apart.
type layer struct {
	name     string
	folders  []string // the packages that belong to it
	down     []string // folders of this module
	modules  []string // other modules, in code that is not a test
	fromTest []string // more folders of this module, in test files
}

// layers is the picture of the house, from the roof to the ground. The first
// layer that fits a package is its layer.
func layers() []layer {
	const (
		pkgErrors = "github.com/pkg/errors"
		cbor      = "github.com/fxamacker/cbor/v2"
		roaring   = "github.com/RoaringBitmap/roaring/v2"
		kong      = "github.com/alecthomas/kong"
		cmp       = "github.com/google/go-cmp"
		rapid     = "pgregory.net/rapid"
		sys       = "golang.org/x/sys"
		porcupine = "github.com/anishathalye/porcupine"
	)
	return []layer{
		{
			name: "tooling", folders: []string{"internal/archtest", "internal/checklist", "internal/determinism"},
			modules: []string{pkgErrors},
		},
		{
			name: "cmd", folders: []string{"cmd", "."},
			down:    []string{"cmd", "simulator", "conformance", "netty", "memnet", "internal", "api"},
			modules: []string{pkgErrors, kong, rapid, sys},
		},
		{
			name: "simulator", folders: []string{"simulator"},
			down:    []string{"simulator", "memnet", "internal", "api"},
			modules: []string{pkgErrors, porcupine},
		},
		{
			name: "conformance", folders: []string{"conformance"},
			down:    []string{"conformance", "internal/fault", "api"},
			modules: []string{pkgErrors, rapid, cmp},
		},
		{
			name: "netty", folders: []string{"netty"},
			down:     []string{"netty", "internal", "api"},
			modules:  []string{pkgErrors, sys},
			fromTest: []string{"conformance"},
		},
		{
			name: "memnet", folders: []string{"memnet"},
			down:     []string{"memnet", "internal", "api"},
			modules:  []string{pkgErrors},
			fromTest: []string{"conformance"},
		},
		{
			name: "internal", folders: []string{"internal"},
			down:    []string{"internal", "api"},
			modules: []string{pkgErrors, cbor, roaring},
		},
		{
			name: "api", folders: []string{"api"},
			down:    []string{"api"},
			modules: []string{pkgErrors},
		},
	}
}

func layerOf(pkg string) (layer, bool) {
	for _, l := range layers() {
		if within(pkg, l.folders...) {
			return l, true
		}
	}
	return layer{}, false
}

// tooling says whether pkg serves the builders and not the program.
func tooling(pkg string) bool {
	l, ok := layerOf(pkg)
	return ok && l.name == "tooling"
}

func layerRules() []rule {
	everyFile := func(*source) bool { return true }
	return []rule{
		{"imports point down", eachFile(everyFile, importsPointDown)},
		{"modules stay in their layer", eachFile(everyFile, modulesInLayer)},
	}
}

func importsPointDown(s *source) []finding {
	l, ok := layerOf(s.pkg)
	if !ok {
		return []finding{s.at(s.file.Package, "package "+s.pkg+" is in no layer", "a folder of the design, or a new row in layers_test.go")}
	}
	var found []finding
	for _, spec := range s.file.Imports {
		to, ours := strings.CutPrefix(importPath(spec), module+"/")
		if !ours || to == s.pkg || l.allows(s, to) {
			continue
		}
		found = append(found, s.at(spec.Pos(), l.name+" imports "+to, "imports point down: "+l.picture(s)))
	}
	return found
}

// allows says whether a file of the layer may import our package to. An
// external test package stands above the picture, so that an example can show
// a thing in use; but siblings stay apart there too.
func (l layer) allows(s *source, to string) bool {
	switch {
	case tooling(to):
		return false
	case within(to, l.down...):
		return true
	case s.test && within(to, l.fromTest...):
		return true
	case !s.external() || within(to, "cmd"):
		return false
	}
	return !within(to, siblings(l.name)...)
}

func siblings(name string) []string {
	switch name {
	case "netty":
		return []string{"memnet"}
	case "memnet":
		return []string{"netty"}
	case "simulator":
		return []string{"conformance"}
	case "conformance":
		return []string{"simulator"}
	}
	return nil
}

func (l layer) picture(s *source) string {
	allowed := l.down
	if s.test {
		allowed = slices.Concat(allowed, l.fromTest)
	}
	if len(allowed) == 0 {
		return "nothing of this module here"
	}
	return strings.Join(allowed, ", ")
}

func modulesInLayer(s *source) []finding {
	l, ok := layerOf(s.pkg)
	if !ok || s.test {
		return nil
	}
	var found []finding
	for _, spec := range s.file.Imports {
		p := importPath(spec)
		first, _, _ := strings.Cut(p, "/")
		if !strings.Contains(first, ".") || within(p, module) || within(p, l.modules...) {
			continue
		}
		found = append(found, s.at(spec.Pos(), l.name+" imports "+p, strings.Join(l.modules, ", ")+", or the standard library"))
	}
	return found
}
