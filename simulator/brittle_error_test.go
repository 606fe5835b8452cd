// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"strings"
	"testing"
)

// A brittleError fails whoever looks at it, if it is nil.
type brittleError struct{ text string }

func (e *brittleError) Error() string { return e.text }

// A wildError fails whoever asks what it is.
type wildError struct{}

func (wildError) Error() string   { return "wild" }
func (wildError) Is(error) bool   { panic("not this one") }
func (wildError) Unwrap() []error { return nil }

// TestErrorThatPanics: an error whose methods panic is the failure of its host, invariant or check, and not of the process.
func TestErrorThatPanics(t *testing.T) {
	nothing := func(context.Context, Node) error { return nil }
	broken := func() error { var e *brittleError; return e }
	for want, sc := range map[string]Scenario{
		"a: a nil *simulator.brittleError, which as an error is not nil: return nil itself": {
			Hosts: Hosts{"a": func(context.Context, Node) error { return broken() }},
		},
		"it: a nil *simulator.brittleError, which":                                           {Hosts: Hosts{"a": nothing}, Checks: Checks{"it": broken}},
		"holds: a nil *simulator.brittleError, which":                                        {Hosts: Hosts{"a": nothing}, Always: Invariants{"holds": broken}},
		"b: an error of type simulator.wildError, which panics when it is looked at: not th": {Hosts: Hosts{"b": func(context.Context, Node) error { return wildError{} }}},
	} {
		res := Run(RunConfig{}, func() Scenario { return sc })
		if report := res.Report(); res.Verdict != Failed || !res.Repeats() || !strings.Contains(report, want) {
			t.Errorf("want %q, got\n%s", want, report)
		}
	}
}
