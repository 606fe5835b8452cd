// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"slices"
	"strings"
	"testing"
)

// A rule is one property of the tree and the check that holds it.
type rule struct {
	name  string
	check func(tree) []finding
}

func rules() []rule {
	return slices.Concat(layerRules(), machineRules(), seamRules(), stateRules(), budgetRules(), formRules(), unseenRules())
}

// eachFile makes the check of a tree from the check of one file.
func eachFile(applies func(*source) bool, check func(*source) []finding) func(tree) []finding {
	return func(all tree) []finding {
		var found []finding
		for _, s := range all {
			if applies(s) {
				found = append(found, check(s)...)
			}
		}
		return found
	}
}

// TestTree holds the project to every rule.
func TestTree(t *testing.T) {
	all := load(t)
	if len(all) == 0 {
		t.Fatal("no Go file found: the test looks in the wrong place")
	}
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			for _, f := range r.check(all) {
				t.Error(f)
			}
		})
	}
}

// TestRulesBite runs the rules over small trees with planted violations.
func TestRulesBite(t *testing.T) {
	byName := map[string]rule{}
	for _, r := range rules() {
		if _, twice := byName[r.name]; twice {
			t.Errorf("two rules are named %q", r.name)
		}
		byName[r.name] = r
	}
	bitten := map[string]bool{}
	for _, p := range plants() {
		t.Run(p.rule+"/"+p.name, func(t *testing.T) {
			r, ok := byName[p.rule]
			if !ok {
				t.Fatalf("no rule is named %q", p.rule)
			}
			bitten[p.rule] = bitten[p.rule] || len(p.want) > 0
			p.run(t, r)
		})
	}
	for name := range byName {
		if !bitten[name] {
			t.Errorf("rule %q: no planted violation shows that it bites", name)
		}
	}
}

// A plant is a small tree and what a rule must find in it: the parts of one
// finding each, in order. No want: the rule must be silent.
type plant struct {
	rule, name string
	files      map[string]string
	want       []string
}

func (p plant) run(t *testing.T, r rule) {
	t.Helper()
	var all tree
	names := make([]string, 0, len(p.files))
	for name := range p.files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		s, err := parse(name, p.files[name])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	found := r.check(all)
	if len(found) != len(p.want) {
		t.Fatalf("found %d, want %d:\n%s", len(found), len(p.want), lines(found))
	}
	for i, want := range p.want {
		if !strings.Contains(found[i].String(), want) {
			t.Errorf("finding %d is %q, want it to contain %q", i, found[i], want)
		}
	}
}

func lines(found []finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString("  " + f.String() + "\n")
	}
	return b.String()
}
