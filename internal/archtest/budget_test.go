// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"cmp"
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

const (
	fileLines   = 400
	medianLines = 120
	funcLines   = 60
)

func budgetRules() []rule {
	written := func(s *source) bool { return !ast.IsGenerated(s.file) }
	shipped := func(s *source) bool { return written(s) && !s.test }
	return []rule{
		{"no file over 400 lines", eachFile(written, shortFile)},
		{"no function over 60 lines", eachFile(shipped, shortFunctions)},
		{"median file under 120 lines", func(all tree) []finding {
			return shortMedian(slices.DeleteFunc(slices.Clone(all), func(s *source) bool { return !shipped(s) }))
		}},
	}
}

func (s *source) lines() int { return strings.Count(s.text, "\n") }

func shortFile(s *source) []finding {
	n := s.lines()
	if n <= fileLines {
		return nil
	}
	what := fmt.Sprintf("file of %d lines, the limit is %d", n, fileLines)
	return []finding{{path: s.path, line: n, what: what, instead: "one noun a file"}}
}

func shortFunctions(s *source) []finding {
	var found []finding
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1
		if n > funcLines {
			what := fmt.Sprintf("function %s of %d lines, the limit is %d", f.Name.Name, n, funcLines)
			found = append(found, s.at(f.Pos(), what, "steps with a name each"))
		}
	}
	return found
}

func shortMedian(all tree) []finding {
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b *source) int { return cmp.Compare(a.lines(), b.lines()) })
	median := all[len(all)/2]
	if median.lines() < medianLines {
		return nil
	}
	what := fmt.Sprintf("the median of %d files has %d lines, the limit is %d", len(all), median.lines(), medianLines)
	return []finding{{path: median.path, line: 1, what: what, instead: "one noun a file"}}
}
