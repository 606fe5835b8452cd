// SPDX-License-Identifier: Apache-2.0

package main

import (
	_ "embed"
	"strings"

	"github.com/pkg/errors"
)

//go:embed rows.txt
var claimed string

// A claim is a row that must stand in some checklist: a section of Spark's
// suites that the project says it covers has one for each of its tests.
type claim struct{ section, id string }

// parseClaims reads lines of a section and an id; # starts a comment.
func parseClaims(text string) ([]claim, error) {
	var claims []claim
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
			continue
		case len(f) != 2:
			return nil, errors.Errorf("rows.txt: line %q, want a section and an id", strings.TrimSpace(line))
		case seen[f[1]]:
			return nil, errors.Errorf("rows.txt: %s is claimed twice", f[1])
		}
		seen[f[1]] = true
		claims = append(claims, claim{section: f[0], id: f[1]})
	}
	return claims, nil
}
