// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTreeIsWhatGoLists compares the tree that the rules see with `go list`: a
// package or an import that the walk missed would go unchecked.
func TestTreeIsWhatGoLists(t *testing.T) {
	seen := map[string][]string{}
	for _, s := range load(t) {
		pkg := strings.TrimSuffix(module+"/"+s.pkg, "/.")
		for _, spec := range s.file.Imports {
			seen[pkg] = append(seen[pkg], importPath(spec))
		}
		seen[pkg] = append(seen[pkg], "")
	}
	for _, p := range goList(t) {
		got, ok := seen[p.ImportPath]
		if !ok {
			t.Errorf("go list knows package %s, the rules do not see it", p.ImportPath)
			continue
		}
		for _, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if !slices.Contains(got, imp) {
				t.Errorf("go list says that %s imports %s, the rules do not see it", p.ImportPath, imp)
			}
		}
	}
}

type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func goList(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("go list:", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal("go list:", err)
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		t.Fatal("go list: no package")
	}
	return all
}

// TestContextFileExists fails when the one file that may know a channel is gone.
func TestContextFileExists(t *testing.T) {
	if _, err := os.Stat(filepath.Join(root, contextFile)); err != nil {
		t.Errorf("seam_test.go allows channels in %s: %v", contextFile, err)
	}
}

// TestFewRequirements keeps the module small: oracles, peers and tools live in nested modules.
func TestFewRequirements(t *testing.T) {
	const limit = 12
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if direct := directRequirements(string(text)); len(direct) > limit {
		t.Errorf("go.mod: %d direct requirements, the limit is %d: %s", len(direct), limit, strings.Join(direct, ", "))
	}
	const planted = "module m\n\ngo 1.26\n\nrequire a.b/one v1.0.0\n\nrequire (\n\ta.b/two v1.0.0\n\ta.b/three v1.0.0 // indirect\n)\n"
	if got := directRequirements(planted); !slices.Equal(got, []string{"a.b/one", "a.b/two"}) {
		t.Errorf("direct requirements of the planted go.mod: %q", got)
	}
}

func directRequirements(text string) []string {
	var direct []string
	block := false
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case f[0] == "require" && len(f) > 1 && f[1] == "(":
			block = true
		case f[0] == ")":
			block = false
		case strings.Contains(line, "// indirect"):
		case f[0] == "require" && len(f) > 1:
			direct = append(direct, f[1])
		case block:
			direct = append(direct, f[0])
		}
	}
	return direct
}
