// SPDX-License-Identifier: Apache-2.0

package endtest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twinwire/twinwire/internal/endtest"
	"github.com/twinwire/twinwire/netty"
)

// recorder is a test that fails into a string.
type recorder struct{ said string }

func (*recorder) Helper() {}

func (r *recorder) Error(args ...any)                 { r.said += fmt.Sprintln(args...) }
func (r *recorder) Errorf(format string, args ...any) { r.said += fmt.Sprintf(format, args...) }

func TestMust(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over, cancel := context.WithCancel(t.Context())
		cancel()
		for want, end := range map[string]func(ctx context.Context) error{
			"":                    func(ctx context.Context) error { return ctx.Err() },
			"end: broken\n":       func(context.Context) error { return errors.New("broken") },
			"no end within 1m0s:": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		} {
			r := &recorder{}
			began := time.Now()
			endtest.Must(over, r, netty.NewRuntime(), end)
			if !strings.HasPrefix(r.said, want) || want == "" && r.said != "" || time.Since(began) > time.Minute {
				t.Errorf("after %v it said %q, want %q", time.Since(began), r.said, want)
			}
			if strings.HasPrefix(want, "no") && !strings.Contains(r.said, "TestMust") {
				t.Errorf("no stacks in %q", r.said)
			}
		}
	})
}
