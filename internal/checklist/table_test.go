// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func checklists(files map[string]string) fstest.MapFS {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

func TestReadTable(t *testing.T) {
	got, err := readTable(checklists(map[string]string{
		"a/testdata/checklist.tsv":       "# about a\n" + header + "\nX-02\tlater\t-\t-\twhy\n\n# more\nA-01\tlater\t-\t-\twhy\r\n",
		"b/c/testdata/checklist.tsv":     header + "\nX-01\tsame\tb/c TestX01\tmemnet\t\nX-01\tsame\tb/c TestX01\tnetty\t\n",
		"b/checklist.tsv":                "not one",
		".hidden/testdata/checklist.tsv": "not one",
		"b/testdata/other.tsv":           "not one",
	}))
	if err != nil {
		t.Fatal(err)
	}
	got.order([]claim{{"S", "X-01"}, {"S", "X-02"}})
	ids := make([]string, 0, len(got.rows))
	for _, r := range got.rows {
		ids = append(ids, r.id+" "+r.world+" "+r.at)
	}
	want := []string{
		"X-01 memnet b/c/testdata/checklist.tsv:2", "X-01 netty b/c/testdata/checklist.tsv:3",
		"X-02  a/testdata/checklist.tsv:3", "A-01  a/testdata/checklist.tsv:6",
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if len(got.problems) > 0 {
		t.Errorf("problems: %q", got.problems)
	}
}

func TestTableComplains(t *testing.T) {
	const list = "testdata/checklist.tsv"
	for name, c := range map[string]struct {
		text   string
		claims []claim
		want   []string
	}{
		"no header":     {"A-01\tlater\t-\t-\twhy\n", nil, []string{list + ":1: the first line"}},
		"bad rows":      {header + "\nA-01\twhat\t-\t-\twhy\nA-02\tn/a\t-\t-\t\n", nil, []string{":2: A-01: fate", ":3: A-02: fate n/a gives no reason"}},
		"twins":         {header + "\nA-01\tlater\t-\t-\twhy\nA-01\tlater\t-\t-\twhy\n", nil, []string{":3: A-01 appears in " + list + ":2"}},
		"missing":       {header + "\nA-01\tlater\t-\t-\twhy\n", []claim{{"S", "A-01"}, {"S", "A-02"}}, []string{"A-02: no checklist has a row for it (section S)"}},
		"bad, not gone": {header + "\nA-01\tlater\t-\t-\t\n", []claim{{"S", "A-01"}}, []string{"gives no reason"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readTable(checklists(map[string]string{list: c.text}))
			if err != nil {
				t.Fatal(err)
			}
			got.order(c.claims)
			if len(got.problems) != len(c.want) {
				t.Fatalf("problems %q, want %q", got.problems, c.want)
			}
			for i, want := range c.want {
				if !strings.Contains(got.problems[i], want) {
					t.Errorf("problem %q, want %q", got.problems[i], want)
				}
			}
		})
	}
}
