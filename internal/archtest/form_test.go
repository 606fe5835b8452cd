// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"path"
	"slices"
	"strings"
)

const licenceLine = "// SPDX-License-Identifier: Apache-2.0"

func formRules() []rule {
	everyFile := func(*source) bool { return true }
	return []rule{
		{"licence line first", eachFile(everyFile, licenceFirst)},
		{"package doc comment", packageDoc},
		{"names say what is inside", eachFile(everyFile, tellingName)},
	}
}

func licenceFirst(s *source) []finding {
	if strings.HasPrefix(s.text, licenceLine+"\n\n") {
		return nil
	}
	return []finding{{path: s.path, line: 1, what: "no licence line", instead: licenceLine + " as the first line, then an empty one"}}
}

// packageDoc wants one file of each package to say what the package is for.
func packageDoc(all tree) []finding {
	documented := map[string]bool{}
	first := map[string]*source{}
	var order []string
	for _, s := range all {
		if s.test {
			continue
		}
		if first[s.pkg] == nil {
			first[s.pkg] = s
			order = append(order, s.pkg)
		}
		if s.file.Doc != nil && strings.TrimSpace(s.file.Doc.Text()) != "" {
			documented[s.pkg] = true
		}
	}
	var found []finding
	for _, pkg := range order {
		if !documented[pkg] {
			found = append(found, first[pkg].at(first[pkg].file.Package, "package "+pkg+" has no doc comment", "a doc.go"))
		}
	}
	return found
}

// tellingName refuses the names that say only that something is left over.
func tellingName(s *source) []finding {
	empty := []string{"util", "utils", "helper", "helpers", "common", "types", "misc", "manager_impl"}
	var found []finding
	base := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
	for _, name := range []string{base, path.Base(s.pkg)} {
		last := name[strings.LastIndexByte(name, '_')+1:]
		if slices.Contains(empty, name) || slices.Contains(empty[:4], last) {
			found = append(found, finding{path: s.path, line: 1, what: "named " + name, instead: "the noun that is inside"})
		}
	}
	return found
}
