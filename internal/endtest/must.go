// SPDX-License-Identifier: Apache-2.0

package endtest

import (
	"context"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/twinwire/twinwire/api"
)

// patience is how long something may take to end. Passing tests do not notice.
const patience = time.Minute

// TB is what it needs of a testing.TB.
type TB interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
}

// Must has end stop something by a task of rt, and fails t when that has not happened within a minute of rt's time. The
// context of end knows no end but that one, so that it can be made from that of a test which is over.
func Must(ctx context.Context, t TB, rt api.Runtime, end func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := api.WithTimeout(context.WithoutCancel(ctx), rt, patience)
	defer cancel()
	err := end(ctx)
	switch {
	case err == nil:
	case ctx.Err() == nil:
		t.Error("end:", err)
	default:
		var stacks strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2) // a Builder takes everything
		t.Errorf("no end within %v: %v\n%s", patience, err, stacks.String())
	}
}
