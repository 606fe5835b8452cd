// SPDX-License-Identifier: Apache-2.0

package causes

import (
	"iter"
	"slices"
)

// most bounds how many errors a walk looks at.
const most = 1 << 14

// Of returns the errors that err wraps itself; none when it panics.
func Of(err error) (all []error) {
	defer func() { _ = recover() }()
	switch wraps := err.(type) { //nolint:errorlint // this error itself
	case interface{ Unwrap() []error }:
		return slices.DeleteFunc(slices.Clone(wraps.Unwrap()), func(e error) bool { return e == nil })
	case interface{ Unwrap() error }:
		if cause := wraps.Unwrap(); cause != nil {
			return []error{cause}
		}
	}
	return nil
}

// All yields err and everything that it wraps, in the order in which errors.Is looks at it.
func All(err error) iter.Seq[error] {
	return func(yield func(error) bool) {
		left := most
		walk(err, &left, yield)
	}
}

func walk(err error, left *int, yield func(error) bool) (goOn bool) {
	if *left--; *left < 0 || !yield(err) {
		return false
	}
	for _, cause := range Of(err) {
		if !walk(cause, left, yield) {
			return false
		}
	}
	return true
}

// Is is errors.Is. An error whose Is method panics is nothing that stands behind it.
func Is(err, target error) bool {
	for e := range All(err) {
		if is(e, target) {
			return true
		}
	}
	return false
}

// Among returns those of targets that err is, in one walk.
func Among(err error, targets []error) []error {
	found := make([]bool, len(targets))
	for e := range All(err) {
		for i, target := range targets {
			found[i] = found[i] || is(e, target)
		}
	}
	var all []error
	for i, target := range targets {
		if found[i] {
			all = append(all, target)
		}
	}
	return all
}

// is reports whether err itself is target.
func is(err, target error) (yes bool) {
	defer func() { _ = recover() }()
	if err == target { //nolint:errorlint // this error itself
		return true
	}
	kin, ok := err.(interface{ Is(error) bool })
	return ok && kin.Is(target)
}
