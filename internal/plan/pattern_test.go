// SPDX-License-Identifier: Apache-2.0

package plan

import "testing"

func TestPatternMatches(t *testing.T) {
	for _, c := range []struct {
		pattern Pattern
		host    string
		want    bool
	}{
		{"", "a", true}, {"a", "a", true}, {"a", "ab", false}, {"*", "", true}, {"*", "a", true},
		{"exec-*", "exec-1", true}, {"exec-*", "exec", false}, {"exec-*", "an-exec-1", false},
		{"*-1", "exec-1", true}, {"*-1", "exec-12", false}, {"a*a", "a", false}, {"a*a", "aa", true},
		{"a*b*c", "a-b-c", true}, {"a*b*c", "acb", false}, {"a*b*b", "ab", false}, {"**", "x", true},
	} {
		if got := c.pattern.Matches(c.host); got != c.want {
			t.Errorf("%q matches %q: %v", c.pattern, c.host, got)
		}
	}
}
