// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// TB is what the code of a host tests with: pass it to helpers, or use it as the *testing.T of a test. A line it logs
// carries the virtual time, the host and the place; it stands among the events of the report, and [Test] prints it under
// the seed, once, however often the run is made again. Error fails the run when it is over, Fatal ends it at once, with
// the stack of the task. A *testing.T that the scenario closes over fails the test too, but its lines say neither host
// nor time nor seed.
//
// Context is that of the host's function. What Cleanup is given runs as a task of the host once the run has passed, before
// its envs are shut down. Skip, and what belongs to the machine (TempDir, Setenv, Chdir, ArtifactDir), panics. Over TCP
// lines go to the Logger of n, and FailNow panics.
func TB(n Node) testing.TB {
	if sim, ok := n.(*memNode); ok {
		return &taskTB{node: n, sim: sim}
	}
	return &taskTB{node: n}
}

// taskTB is a testing.TB of a host.
type taskTB struct {
	testing.TB // nil: for its unexported method

	node   Node
	sim    *memNode // nil: over TCP
	failed bool     // over TCP
}

// Helper implements testing.TB.
func (t *taskTB) Helper() {
	if t.sim == nil {
		return
	}
	if pc, _, _, ok := runtime.Caller(1); ok {
		s := t.sim.stage
		s.mu.Lock()
		defer s.mu.Unlock()
		s.lines.helpers[runtime.FuncForPC(pc).Name()] = true
	}
}

// Log implements testing.TB.
func (t *taskTB) Log(args ...any) { t.log(fmt.Sprintln(args...)) }

// Logf implements testing.TB.
func (t *taskTB) Logf(format string, args ...any) { t.log(fmt.Sprintf(format, args...)) }

// Error implements testing.TB.
func (t *taskTB) Error(args ...any) { t.fail(t.log(fmt.Sprintln(args...))) }

// Errorf implements testing.TB.
func (t *taskTB) Errorf(format string, args ...any) { t.fail(t.log(fmt.Sprintf(format, args...))) }

// Fatal implements testing.TB.
func (t *taskTB) Fatal(args ...any) {
	t.fail(t.log(fmt.Sprintln(args...)))
	t.exit()
}

// Fatalf implements testing.TB.
func (t *taskTB) Fatalf(format string, args ...any) {
	t.fail(t.log(fmt.Sprintf(format, args...)))
	t.exit()
}

// Fail implements testing.TB.
func (t *taskTB) Fail() { t.fail(t.line("the task failed the test")) }

// FailNow implements testing.TB.
func (t *taskTB) FailNow() {
	t.fail(t.line("the task failed the test"))
	t.exit()
}

// Failed implements testing.TB. A run is failed for all its hosts.
func (t *taskTB) Failed() bool {
	if t.sim == nil {
		return t.failed
	}
	s := t.sim.stage
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines.failure != nil
}

// Name returns the name of the scenario.
func (t *taskTB) Name() string {
	if t.sim == nil {
		return t.node.Name()
	}
	return t.sim.stage.scenario.Name
}

// Context implements testing.TB.
func (t *taskTB) Context() context.Context {
	if t.sim == nil {
		return context.Background()
	}
	return t.sim.ctx
}

// Cleanup implements testing.TB.
func (t *taskTB) Cleanup(f func()) {
	if t.sim == nil {
		t.foreign("Cleanup")
	}
	t.sim.ends(func(context.Context) error {
		f()
		return nil
	})
}

// Attr logs the attribute.
func (t *taskTB) Attr(key, value string) { t.log("ATTR " + key + " " + value) }

// Output logs what is written to it.
func (t *taskTB) Output() io.Writer { return tbWriter{t} }

type tbWriter struct{ t *taskTB }

func (w tbWriter) Write(b []byte) (int, error) {
	w.t.log(string(b))
	return len(b), nil
}

// Skipped implements testing.TB: it is not.
func (t *taskTB) Skipped() bool { return false }

// Skip panics: a run is not skipped from inside.
func (t *taskTB) Skip(...any) { t.foreign("Skip") }

// Skipf panics, as Skip.
func (t *taskTB) Skipf(string, ...any) { t.foreign("Skipf") }

// SkipNow panics, as Skip.
func (t *taskTB) SkipNow() { t.foreign("SkipNow") }

// Setenv panics: hosts have no environment.
func (t *taskTB) Setenv(string, string) { t.foreign("Setenv") }

// Chdir panics: hosts have no working directory.
func (t *taskTB) Chdir(string) { t.foreign("Chdir") }

// TempDir panics: hosts have files of their own.
func (t *taskTB) TempDir() string { return t.foreign("TempDir") }

// ArtifactDir panics, as TempDir.
func (t *taskTB) ArtifactDir() string { return t.foreign("ArtifactDir") }

func (t *taskTB) foreign(method string) string {
	panic(fmt.Sprintf("simulator: TB.%s in a task of host %s: it belongs to the machine; call it before simulator.Test, or use Node.Files", method, t.node.Name()))
}

// exit ends the run.
func (t *taskTB) exit() {
	if t.sim == nil {
		panic("simulator: the test failed on host " + t.node.Name())
	}
	runtime.Goexit()
}

// log keeps a line and shows it.
func (t *taskTB) log(text string) tbLine {
	l := t.line(strings.TrimSuffix(text, "\n"))
	t.node.Logger().Info(l.text, "at", l.place)
	if t.sim != nil {
		s := t.sim.stage
		s.mu.Lock()
		defer s.mu.Unlock()
		s.lines.keep(l)
	}
	return l
}

// fail fails the run, because of the first such line.
func (t *taskTB) fail(l tbLine) {
	if t.sim == nil {
		t.failed = true
		return
	}
	s := t.sim.stage
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines.failure == nil {
		s.lines.failure = &tbError{line: l}
	}
}
