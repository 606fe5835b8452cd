// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// signatureScenario is the signature of a scenario that is wrong in itself.
const signatureScenario = "scenario"

// signatureCheck begins the signatures of checks.
const signatureCheck = "check "

// A hostError is what a host's function returned.
type hostError struct {
	host string
	err  error
}

func (e *hostError) Error() string { return e.host + ": " + e.err.Error() }
func (e *hostError) Unwrap() error { return e.err }

// A notHeldError is an invariant or a check that did not hold.
type notHeldError struct {
	kind string // invariant, check
	name string
	err  error
}

func (e *notHeldError) Error() string { return e.name + ": " + e.err.Error() }
func (e *notHeldError) Unwrap() error { return e.err }

// ownError returns the error of ours that the world has wrapped, or else the world's.
func ownError(err error) error {
	if e, ok := errors.AsType[*hostError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*notHeldError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*leakError](err); ok {
		return e
	}
	return err
}

// allOf returns a function that calls all functions, sorted by name, up to the first that does not hold. It returns nil
// when there are none.
func (s *stage) allOf(kind string, table map[string]func() error) func() error {
	if len(table) == 0 {
		return func() error { return nil }
	}
	names := slices.Sorted(maps.Keys(table))
	return func() error {
		for _, name := range names {
			s.asked.kind, s.asked.name = kind, name
			if err := guarded(table[name]); err != nil {
				return &notHeldError{kind: kind, name: name, err: err}
			}
		}
		return nil
	}
}

// A brokenError is the panic of an invariant or a check, which says nothing of what it looks at: a run without the host
// it relies on, as shrinking makes them, can cause one.
type brokenError struct{ *api.PanicError }

func (e brokenError) Unwrap() error { return e.PanicError }

// guarded turns a panic of f into an error: f runs between the tasks, where no task can be blamed for it.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = brokenError{api.NewPanicError(p, debug.Stack())}
		}
	}()
	return sound(f())
}

// sound returns err, or one that says what is wrong with it when its own methods panic, as those of a nil pointer do: else
// whoever tells of it would end the process.
func sound(err error) (same error) {
	if err == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			same = unsound(err, p)
		}
	}()
	_, _ = err.Error(), errors.Is(err, errGoexit)
	_, _ = errors.AsType[*hostError](err) // both walk along the whole chain
	return err
}

func unsound(err error, panicked any) error {
	if v := reflect.ValueOf(err); v.Kind() == reflect.Pointer && v.IsNil() {
		return fmt.Errorf("a nil %T, which as an error is not nil: return nil itself", err)
	}
	return fmt.Errorf("an error of type %T, which panics when it is looked at: %v", err, panicked)
}

// signature says what failed without saying how.
func signature(v Verdict, err error) string {
	if v.OK() {
		return ""
	}
	if held, ok := errors.AsType[*notHeldError](err); ok {
		if _, broken := held.err.(brokenError); broken { //nolint:errorlint // only guarded makes it
			return held.kind + " " + held.name + ": panic"
		}
		return held.kind + " " + held.name
	}
	if said, ok := errors.AsType[*tbError](err); ok {
		return "test " + role(said.line.host) + " " + said.line.place
	}
	if host, ok := errors.AsType[*hostError](err); ok {
		return "host " + role(host.host)
	}
	if left, ok := errors.AsType[*leakError](err); ok {
		return left.leaks[0].signature()
	}
	if p, ok := errors.AsType[*memnet.PanicError](err); ok {
		return fmt.Sprintf("panic %s %s", role(p.Host), numberless(p.Task))
	}
	if exit, ok := errors.AsType[*memnet.ExitError](err); ok {
		return fmt.Sprintf("exit %s %s", role(exit.Host), numberless(exit.Task))
	}
	return v.String()
}

// role is a host's name without its number: exec-3 is an exec. A name that is a number stays.
func role(host string) string { return cmp.Or(strings.TrimRight(host, "-0123456789"), host) }

// numberless is the name of a task, or of what else may name a host in it, without numbers: those of one role are one.
func numberless(name string) string {
	return numbers.ReplaceAllString(name, "#")
}

var numbers = regexp.MustCompile(`[0-9]+`)
