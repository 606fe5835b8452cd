// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pkg/errors"
)

// fileName is the name of a checklist, in the testdata of the package that holds the tests.
const fileName = "checklist.tsv"

// A table is the rows of all checklists of a tree, and what is wrong with them.
type table struct {
	rows     []row
	problems []string
}

// readTable collects the checklists below a folder. What is wrong in one of them
// is a problem of the table, so that all of it is said at once.
func readTable(tree fs.FS) (table, error) {
	var t table
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || d.Name() != fileName || path.Base(path.Dir(name)) != "testdata":
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return errors.Wrap(err, "read "+name)
		}
		t.parse(name, string(text))
		return nil
	})
	if err != nil {
		return table{}, errors.WithMessage(err, "read checklists")
	}
	t.findTwins()
	return t, nil
}

func (t *table) parse(name, text string) {
	n, headed := 0, false
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		at := fmt.Sprintf("%s:%d", name, n)
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !headed && line != header:
			t.problems = append(t.problems, fmt.Sprintf("%s: the first line is %q, want %q", at, line, header))
			return
		case !headed:
			headed = true
		default:
			r, err := parseRow(line, at)
			if err != nil {
				t.problems = append(t.problems, err.Error())
			}
			if r.id != "" { // a bad row is there, and bad: not missing as well
				t.rows = append(t.rows, r)
			}
		}
	}
}

// findTwins complains about a row that appears twice for one world.
func (t *table) findTwins() {
	first := map[string]string{}
	for _, r := range t.rows {
		key := r.id + " " + r.world
		if at, twice := first[key]; twice {
			t.problems = append(t.problems, fmt.Sprintf("%s: %s appears in %s already", r.at, r.id, at))
			continue
		}
		first[key] = r.at
	}
}

// order sorts the rows as they are claimed, other rows after them by their id,
// and complains about claimed rows that are missing.
func (t *table) order(claims []claim) {
	rank := map[string]int{}
	for i, c := range claims {
		rank[c.id] = i
		if !slices.ContainsFunc(t.rows, func(r row) bool { return r.id == c.id }) {
			t.problems = append(t.problems, fmt.Sprintf("%s: no checklist has a row for it (section %s)", c.id, c.section))
		}
	}
	slices.SortStableFunc(t.rows, func(a, b row) int {
		ra, claimedA := rank[a.id]
		rb, claimedB := rank[b.id]
		switch {
		case claimedA && claimedB && ra != rb:
			return ra - rb
		case claimedA != claimedB && claimedA:
			return -1
		case claimedA != claimedB:
			return 1
		}
		return strings.Compare(a.id, b.id)
	})
}
