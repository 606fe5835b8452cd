// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// StallError is the error of a run that [Stalled]: a task blocked on something that is not the seam's, so nothing else
// could run.
type StallError struct {
	Host  string
	Task  string
	At    time.Duration // virtual time since the start
	State string        // of the goroutine, such as "chan receive"
	Call  string        // what the code under test calls there, such as "net.(*conn).Read"; empty: nothing
	Place string        // the line that does, such as "lease.go:12"; empty: not known
	Stack string
}

// Error returns one line, which says what to use instead; the stack is not part of it.
//
//go:norace
func (e *StallError) Error() string {
	where := ""
	if e.Call != "" {
		where += " in " + e.Call
	}
	if e.Place != "" {
		where += " at " + e.Place
	}
	return fmt.Sprintf("%s at %v blocks outside the seam%s (%s): %s", who(e.Host, e.Task), e.At, where, e.State, e.advice())
}

//go:norace
func (e *StallError) advice() string {
	switch {
	case strings.HasPrefix(e.State, "sync.Mutex"), strings.HasPrefix(e.State, "sync.RWMutex"), strings.HasPrefix(e.State, "semacquire"):
		return "its holder is a parked task, perhaps of an earlier run; use Runtime.NewMutex"
	case strings.HasPrefix(e.State, "sync."):
		return "use api.Group or a Waiter"
	case e.State == "sleep":
		return "use api.Sleep"
	case e.State == "IO wait":
		return "use the network of the host"
	}
	return "use api.Queue or a Waiter"
}

// A suspect is a task that was seen blocked. That may have been for a moment: the collector stops everybody, and a
// process that was stopped itself, or has little of the machine, wakes in the middle of anything.
type suspect struct {
	stall *StallError
	steps uint64
}

// was reports whether a later look found what an earlier one did, with nothing done between.
//
//go:norace
func (s *suspect) was(before *suspect) bool {
	if s == nil || before == nil || s.steps != before.steps {
		return false
	}
	a, b := *s.stall, *before.stall
	a.Stack, b.Stack = "", "" // they tell the time
	return a == b
}

// blocked returns a suspect when the goroutine of the running task waits for something of the machine. It is nil while
// the task computes, however long that takes. Only once it is known to wait may what it left be looked at.
//
//go:norace
func (w *World) blocked() *suspect {
	world := fmt.Sprintf("%p", w)
	for _, stack := range strings.Split(allStacks(), "\n\n") { //nolint:modernize // the race detector would see the body
		if waits(stackState(stack)) && !switching(stack) && runs(stack, world) {
			return &suspect{w.stall(stack), w.steps}
		}
	}
	return nil
}

//go:norace
func (w *World) stall(stack string) *StallError {
	e := &StallError{Task: "Config.Check", At: time.Duration(w.now), State: stackState(stack), Stack: stack}
	if t := w.cur; t != nil {
		e.Host, e.Task = t.host.name, t.name
	}
	e.Call, e.Place = blockedCall(stack)
	return e
}

// runs reports whether the stack is that of a task of the world, or of its kernel.
//
//go:norace
func runs(stack, world string) bool {
	_, args := turnArgs(stack)
	return args == world || strings.Contains(stack, "memnet.(*World).kernel("+world)
}

// turnArgs returns the addresses of the coroutine, or what else runs code of the test, and of the world that a stack
// belongs to, as the dump shows them.
//
//go:norace
func turnArgs(stack string) (coro, world string) {
	for _, f := range []string{"memnet.(*coro).turn(", "memnet.(*bystander).run("} {
		if _, rest, ok := strings.Cut(stack, f); ok {
			args, _, _ := strings.Cut(rest, ")")
			coro, world, _ = strings.Cut(args, ", ")
			return strings.TrimSuffix(coro, "?"), strings.TrimSuffix(world, "?")
		}
	}
	return "", ""
}

// stackState returns what stands in brackets in the first line of a stack, without the time spent in it.
//
//go:norace
func stackState(stack string) string {
	_, rest, _ := strings.Cut(stack, "[")
	state, _, _ := strings.Cut(rest, "]")
	state, _, _ = strings.Cut(state, ",")
	return state
}

// waits reports whether a goroutine in that state goes on only when another does something.
//
//go:norace
func waits(state string) bool {
	for _, s := range []string{"chan ", "select", "sync.", "semacquire", "sleep", "IO wait"} {
		if strings.HasPrefix(state, s) {
			return true
		}
	}
	return false
}

// allStacks returns the stacks of all goroutines.
//
//go:norace
func allStacks() string {
	for size := 1 << 16; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size || size >= 1<<26 {
			return string(buf[:n])
		}
	}
}
