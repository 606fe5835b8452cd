// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

var errWhy, errLater = errors.New("why"), errors.New("later")

// TestCauseReachesChildren: those of the api and of the standard library, and those that only add a value.
func TestCauseReachesChildren(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		ours, cancel := api.WithCancelCause(ctx, rt)
		valued := context.WithValue(ours, key{}, 1)
		child, cancelChild := api.WithCancel(valued, rt)
		defer cancelChild()
		std, cancelStd := context.WithCancel(ours)
		defer cancelStd()
		grandchild, cancelGrandchild := api.WithTimeout(std, rt, time.Hour)
		defer cancelGrandchild()
		if context.Cause(ours) != nil || context.Cause(std) != nil {
			t.Error("a cause before the end")
		}
		rt.Go("cancel", func() { cancel(errWhy) })
		if err := rt.NewWaiter().Wait(grandchild); !errors.Is(err, context.Canceled) {
			t.Error("wait:", err)
		}
		cancel(errLater)
		for name, ctx := range map[string]context.Context{"ours": ours, "valued": valued, "child": child, "std": std, "grandchild": grandchild} {
			if err := context.Cause(ctx); !errors.Is(err, errWhy) {
				t.Errorf("%s: cause %v", name, err)
			}
			if !errors.Is(ctx.Err(), context.Canceled) {
				t.Errorf("%s: %v", name, ctx.Err())
			}
		}
		if valued.Value(key{}) != 1 || child.Value(key{}) != 1 {
			t.Error("the value is gone")
		}
		late, cancelLate := api.WithCancel(ours, rt)
		defer cancelLate()
		if !errors.Is(context.Cause(late), errWhy) {
			t.Error("a child made after the end:", context.Cause(late))
		}
	})
}

// TestOwnEndIsNotTheParents: who ended before the parent does not take over its cause.
func TestOwnEndIsNotTheParents(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		for name, child := range map[string]func() (context.Context, context.CancelCauseFunc){
			"std":  func() (context.Context, context.CancelCauseFunc) { return context.WithCancelCause(ctx) },
			"ours": func() (context.Context, context.CancelCauseFunc) { return api.WithCancelCause(ctx, rt) },
		} {
			parent, cancelParent := child()
			follows, cancelFollows := api.WithCancelCause(parent, rt)
			alone, cancelAlone := api.WithCancel(context.WithValue(parent, key{}, 1), rt)
			other, cancelOther := api.WithCancelCause(parent, rt)
			cancelAlone()
			cancelOther(errWhy)
			cancelParent(errLater)
			_ = rt.NewWaiter().Wait(follows) // until it has followed
			cancelFollows(nil)
			if !errors.Is(context.Cause(follows), errLater) || !errors.Is(context.Cause(alone), context.Canceled) || !errors.Is(context.Cause(other), errWhy) {
				t.Errorf("%s: follows %v, alone %v, other %v", name, context.Cause(follows), context.Cause(alone), context.Cause(other))
			}
			if alone.Value(key{}) != 1 {
				t.Error("the value is gone")
			}
		}
	})
}

func TestNilCauseIsCanceled(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		ours, cancel := api.WithCancelCause(ctx, rt)
		cancel(nil)
		if !errors.Is(context.Cause(ours), context.Canceled) {
			t.Error(context.Cause(ours))
		}
	})
}
