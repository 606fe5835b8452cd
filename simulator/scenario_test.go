// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestScenarioReportsEveryMistake(t *testing.T) {
	res := Run(RunConfig{}, func() Scenario {
		return Scenario{
			Name: "wrong",
			Hosts: Hosts{
				"a:1": func(context.Context, Node) error { return nil }, "b": nil,
				"a,b": func(context.Context, Node) error { return nil }, "127.0.0.1": func(context.Context, Node) error { return nil },
			},
			Always: Invariants{"always": nil}, Checks: Checks{"at the end": nil},
			Main:  []string{"nobody"},
			Safe:  []string{"noone"},
			Input: []Mount{{}},
			Ends:  -time.Second,
		}
	})
	if res.Verdict != Failed || res.Second != nil {
		t.Fatalf("verdict %v, second run %v", res.Verdict, res.Second)
	}
	for _, want := range []string{
		"scenario wrong: ", `"a:1" is no name of a host: want letters`, `"a,b" is no name of a host: want letters`, `"127.0.0.1" is no name of a host: it means every host`,
		`Always: "always" has no function`, `Checks: "at the end" has no function`, `"b" has no function`, `Main: no host "nobody"`, `Safe: no host "noone"`,
		"Input[0]: want a name", "Ends: -1s is negative",
	} {
		if !strings.Contains(res.Err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, res.Err)
		}
	}
	res = Run(RunConfig{}, func() Scenario { return Scenario{} })
	if res.Err == nil || res.Err.Error() != "scenario: Hosts is empty" {
		t.Errorf("%v", res.Err)
	}
}

func TestScenarioDefaults(t *testing.T) {
	s := Scenario{Hosts: Hosts{"b": nil, "a": nil}, Safe: []string{"a"}}.withDefaults()
	if s.Faults.Name != "lan" || s.Ends != time.Minute || strings.Join(s.Main, " ") != "a b" || strings.Join(s.Faults.SafeHosts, " ") != "a" {
		t.Errorf("%+v", s)
	}
	calm := Scenario{Faults: Calm()}.withDefaults()
	if calm.Faults.Name != "calm" {
		t.Errorf("calm became %s", calm.Faults.Name)
	}
}
