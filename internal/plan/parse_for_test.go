// SPDX-License-Identifier: Apache-2.0

package plan

import "testing"

// TestParseFor: a name that no host has is told with its place, whether or not the plan declares its hosts.
func TestParseFor(t *testing.T) {
	hosts := []string{"exec-1", "exec-2", "driver"}
	for text, want := range map[string]string{
		"plan 1\nat 1s crash exec-3\n":                                  "p:2:13: the scenario has no host \"exec-3\"; did you mean \"exec-1\"?\n  at 1s crash exec-3\n              ^^^^^^",
		"plan 1\nlink work-* -> *  loss=1%\n":                           "p:2:6: the scenario has no host \"work-*\"; there are exec-1, exec-2, driver\n  link work-* -> *  loss=1%\n       ^^^^^^",
		"plan 1\nhosts driver, exe-1\nat 1s pause exe-1 for 1s\n":       "p:3:13: the scenario has no host \"exe-1\"; did you mean \"exec-1\"?\n  at 1s pause exe-1 for 1s\n              ^^^^^",
		"plan 1\nhosts driver\nat 1s pause exec-1 for 1s\n":             "p:3:13: host \"exec-1\" is not declared; want driver\n  at 1s pause exec-1 for 1s\n              ^^^^^^",
		"plan 1\nat 1s crash exec-*\nlink * -> driver loss=1%\n":        "",
		"plan 1\non rpc:Register from exec-2 to driver #1 cut inside\n": "",
	} {
		_, err := ParseFor("p", text, hosts)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q:\n%s\nwant\n%s", text, got, want)
		}
		if _, err := ParseFor("p", text, nil); (err != nil) != (text == "plan 1\nhosts driver\nat 1s pause exec-1 for 1s\n") {
			t.Errorf("%q, no hosts known: %v", text, err)
		}
	}
}
