// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"cmp"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Left is something of a host that is still there: see [World.Left].
type Left struct {
	Kind LeftKind
	Host string
	// Name is that of a task, both ends of a connection, the address of a listener.
	Name string
	// Code is the function that a task or a timer runs.
	Code string
	// State is what a task waits in, when a timer fires, how a connection is.
	State string
	// Since is when the task began to wait, the timer was set.
	Since time.Duration
	// Ready says of a task that it is about to run: what it does then is not known yet.
	Ready bool
	// Origin is the stack that made it, or set the timer; empty without Config.Origins.
	Origin string
}

// LeftKind says what is left.
type LeftKind uint8

// The kinds.
const (
	LeftTask LeftKind = iota + 1
	LeftTimer
	LeftConnection
	LeftListener
)

// String returns the kind in lower case.
//
//go:norace
func (k LeftKind) String() string {
	return [...]string{"", "task", "timer", "connection", "listener"}[min(k, LeftListener)]
}

// Left returns what the hosts that are up still have: tasks, timers that are to fire, connections and listeners that are
// not closed; by kind, host and name. A timer that only ends a wait counts as part of the task that waits. It is for
// Config.Epilogue, and takes longer the more there is.
//
//go:norace
func (w *World) Left() []Left {
	w.root.enter("World.Left")
	w.all.acquire()
	var all []Left
	for _, h := range w.order {
		if h.inc.dead {
			continue
		}
		for _, t := range h.inc.tasks {
			all = append(all, Left{Kind: LeftTask, Host: h.name, Name: t.name, Code: withoutPath(t.function()), State: t.describeWait(), Since: time.Duration(t.since), Ready: t.waiting <= waitYield, Origin: t.origin.String()})
		}
		for _, c := range h.inc.conns {
			all = append(all, Left{Kind: LeftConnection, Host: h.name, Name: c.String(), State: c.state(), Origin: c.origin.String()})
		}
		for _, l := range h.inc.listeners {
			all = append(all, Left{Kind: LeftListener, Host: h.name, Name: l.String(), State: "open"})
		}
	}
	for _, e := range w.timers.entries {
		t, ok := e.t.who.(*runtimeTimer)
		if !ok || t.inc.dead || t.host == w.root {
			continue
		}
		if code := codeOf(t.f); !strings.HasSuffix(code, ".Wake-fm") {
			all = append(all, Left{Kind: LeftTimer, Host: t.host.name, Code: code, State: fmt.Sprintf("fires at %.3fs", time.Duration(e.at).Seconds()), Since: time.Duration(t.since), Origin: t.origin.String()})
		}
	}
	slices.SortFunc(all, func(a, b Left) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Host, b.Host), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Since, b.Since), cmp.Compare(a.State, b.State))
	})
	return all
}

// state is for reports.
//
//go:norace
func (c *conn) state() string {
	switch {
	case c.dialling != nil:
		return "asked for"
	case c.in.fin && c.out.closed:
		return "ended both ways, not closed"
	case c.in.fin:
		return "ended by the other side"
	}
	return "open"
}

// codeOf returns the name of a function, without the path of its package.
//
//go:norace
func codeOf(f func()) string { return withoutPath(nameOf(reflect.ValueOf(f))) }

//go:norace
func withoutPath(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// nameOf returns the name of a function.
//
//go:norace
func nameOf(f reflect.Value) string {
	fn := runtime.FuncForPC(f.Pointer())
	if fn == nil {
		return "unknown"
	}
	return fn.Name()
}

// function returns the name of what the task does.
//
//go:norace
func (t *task) function() string {
	if t.resting == nil {
		return nameOf(reflect.ValueOf(t.f))
	}
	goOn, _ := reflect.TypeOf(t.resting).MethodByName("GoOn")
	return nameOf(goOn.Func)
}

// An origin is the stack that made something. Nil: it was not noted.
type origin []uintptr

// maxOrigin is how many frames of it are kept.
const maxOrigin = 32

// origin notes the stack of the caller's caller, if origins are asked for.
//
//go:norace
func (w *World) origin() origin {
	if !w.cfg.Origins {
		return nil
	}
	pcs := make(origin, maxOrigin)
	return pcs[:runtime.Callers(3, pcs)]
}

// String returns two lines for each frame, as a stack dump has them, down to the function of the task.
//
//go:norace
func (o origin) String() string {
	if len(o) == 0 {
		return ""
	}
	var b strings.Builder
	frames := runtime.CallersFrames(o)
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, "memnet.(*coro).turn") {
			return b.String()
		}
		fmt.Fprintf(&b, "%s(...)\n\t%s:%d\n", f.Function, f.File, f.Line)
		if !more {
			return b.String()
		}
	}
}
