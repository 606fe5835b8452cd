// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// divider panics in its handler; who asks passes on the failure that wrap makes of it.
func divider(wrap func(error) error) func() Scenario {
	serve := Serve("divider", func(api.RpcEnv) api.RpcEndpoint {
		return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, by int) (int, error) { return 12 / by, nil }))
	})
	ask := func(ctx context.Context, n Node) error {
		env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-"})
		if err != nil {
			return err
		}
		ref, err := env.Lookup(ctx, "spark://divider@server:7077")
		if err != nil {
			return err
		}
		_, err = api.Ask[int](ctx, ref, 0)
		return wrap(err)
	}
	return func() Scenario { return Scenario{Hosts: Hosts{"server": serve, "ann": ask}} }
}

// TestReportOfAHandlerThatPanics: the report tells the line, also when who asked does not pass it on, and in however deep
// a folder the file is.
func TestReportOfAHandlerThatPanics(t *testing.T) {
	s, ok := Shrink(ShrinkConfig{Budget: time.Minute}, divider(func(err error) error { return err }))
	_, stack, _ := strings.Cut(s.Report(), "    stack\n")
	if first, _, _ := strings.Cut(stack, "what happened"); !ok || !strings.Contains(first, "/simulator/handler_panic_test.go:18\n") {
		t.Errorf("ok %v: no line in the stack:\n%s", ok, s.Report())
	}
	s, ok = Shrink(ShrinkConfig{Budget: time.Minute}, divider(func(error) error { return errors.New("no number") }))
	if log := `cause="panic: runtime error: integer divide by zero" at=handler_panic_test.go:18 stack=`; !ok || !strings.Contains(s.Report(), log) {
		t.Errorf("ok %v: no line in the log:\n%s", ok, s.Report())
	}
}
