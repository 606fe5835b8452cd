// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/plan"
)

// TestEpilogue runs once everything has returned, in a world without faults whose contexts have ended.
func TestEpilogue(t *testing.T) {
	p, err := plan.Parse("test", "plan 1\nat 500ms partition a | b for 9h\nat 500ms pause b for 9h\nat 500ms refuse b for 9h\nat 500ms clog a -> b for 9h\nat 2h crash b\non dial from a to b #1 refuse\n")
	if err != nil {
		t.Fatal(err)
	}
	var w *World
	var order notes
	var left []Left
	w = New(Config{Plan: &p, CheckEnd: func() error {
		order.add("check")
		return nil
	}, Epilogue: func(ctx context.Context) error {
		order.add("epilogue")
		b := w.Host("b")
		answer := errors.New("none")
		g := api.NewGroup(w.Runtime())
		g.Go("dial", func() error {
			answer = askEcho(ctx, w.Host("a"), "b:7", 1)
			return answer
		})
		if err := errors.Join(g.Wait(ctx), api.Sleep(ctx, w.Runtime(), time.Second)); err != nil {
			return err
		}
		left = w.Left()
		if !b.Up() {
			return errors.New("a fault has come late")
		}
		return api.Sleep(ctx, w.Runtime(), 3*time.Hour)
	}})
	w.Host("a").Boot(func(ctx context.Context) error {
		rt := w.Host("a").Runtime()
		rt.Go("waits", func() {
			rt.NewWaiter().Wait(ctx)
			order.add("context")
		})
		return api.Sleep(ctx, rt, time.Second)
	})
	w.Host("b").Boot(func(context.Context) error {
		w.Host("b").Runtime().Go("serve", func() { serveEcho(w.Host("b"), "b:7") })
		return nil
	})
	r := w.Run(nil)
	if r.Verdict != Passed || r.Virtual < time.Second || r.Virtual > 2*time.Second {
		t.Errorf("%v %v after %v", r.Verdict, r.Err, r.Virtual)
	}
	if got := order.String(); got != "check epilogue context" {
		t.Error(got)
	}
	if len(left) != 2 || left[0].Kind != LeftTask || left[0].Host != "b" || left[1].Kind != LeftListener || left[1].Name != "b:7" {
		t.Errorf("%+v", left)
	}
}

// TestNoEpilogueAfterAFailure: not after an error, nor when what looks at the end finds one.
func TestNoEpilogueAfterAFailure(t *testing.T) {
	oops := errors.New("oops")
	for _, where := range []string{"boot", "end"} {
		w := New(Config{
			CheckEnd: func() error { return map[string]error{"end": oops}[where] },
			Epilogue: func(context.Context) error { panic("not called") },
		})
		w.Host("a").Boot(func(context.Context) error { return map[string]error{"boot": oops}[where] })
		if r := w.Run(nil); r.Verdict != Failed || !errors.Is(r.Err, oops) {
			t.Errorf("%s: %v %v", where, r.Verdict, r.Err)
		}
	}
}

// TestAHealedFaultDoesNotEndAgain: the end of a fault that was healed before does not take away a later one.
func TestAHealedFaultDoesNotEndAgain(t *testing.T) {
	p, err := plan.Parse("test", "plan 1\nat 10ms disk-full a for 100ms\nheal at 50ms within 10s\n")
	if err != nil {
		t.Fatal(err)
	}
	w := New(Config{Plan: &p})
	a := w.Host("a")
	var healed, full error
	a.Boot(func(ctx context.Context) error {
		write := func() error {
			f, err := a.Files().Create("f")
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = f.Write([]byte("x"))
			return err
		}
		if err := api.Sleep(ctx, a.Runtime(), 60*time.Millisecond); err != nil {
			return err
		}
		healed = write()
		w.perform(plan.Action{Verb: plan.DiskFull, From: "a"})
		if err := api.Sleep(ctx, a.Runtime(), 60*time.Millisecond); err != nil {
			return err
		}
		full = write()
		return nil
	})
	if r := w.Run(nil); r.Verdict != Passed || healed != nil || full == nil {
		t.Errorf("%v %v: healed %v, full again %v", r.Verdict, r.Err, healed, full)
	}
}
