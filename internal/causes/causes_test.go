// SPDX-License-Identifier: Apache-2.0

package causes_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"

	"github.com/twinwire/twinwire/internal/causes"
)

// twice wraps itself, as often as it is looked at.
type twice struct{}

func (twice) Error() string     { return "twice" }
func (t twice) Unwrap() []error { return []error{t, nil, t} }

// mean panics.
type mean struct{}

func (mean) Error() string { return "mean" }
func (mean) Unwrap() error { panic("mean") }
func (mean) Is(e error) bool {
	if e == fs.ErrNotExist {
		panic("mean")
	}
	return e == io.EOF
}

// list is an error that cannot be compared.
type list []error

func (list) Error() string     { return "list" }
func (l list) Unwrap() []error { return l }

func TestIs(t *testing.T) {
	path := &fs.PathError{Op: "open", Path: "p", Err: fs.ErrNotExist}
	doubled := io.ErrUnexpectedEOF
	for range 100 {
		doubled = errors.Join(doubled, doubled)
	}
	for _, c := range []struct {
		name        string
		err, target error
		want        bool
	}{
		{"nothing", nil, io.EOF, false},
		{"nothing is nothing", nil, nil, true},
		{"itself", io.EOF, io.EOF, true},
		{"wrapped", fmt.Errorf("a: %w", path), fs.ErrNotExist, true},
		{"joined", errors.Join(io.EOF, path), fs.ErrNotExist, true},
		{"another", errors.Join(io.EOF, path), fs.ErrExist, false},
		{"by its method", fmt.Errorf("a: %w", mean{}), io.EOF, true},
		{"before what panics", errors.Join(path, mean{}), fs.ErrNotExist, true},
		{"behind what panics", errors.Join(mean{}, path), fs.ErrNotExist, true},
		{"what cannot be compared", list{list{io.EOF}}, io.EOF, true},
		{"wraps itself", errors.Join(io.EOF, twice{}), io.EOF, true},
		{"wraps itself and nothing else", twice{}, io.EOF, false},
		{"doubled", doubled, io.ErrUnexpectedEOF, true},
		{"doubled, another", doubled, io.EOF, false},
	} {
		if got := causes.Is(c.err, c.target); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		if got := causes.Among(c.err, []error{fs.ErrPermission, c.target, fs.ErrPermission}); (len(got) == 1) != c.want || c.want && got[0] != c.target { //nolint:errorlint // itself
			t.Errorf("%s: among: %v", c.name, got)
		}
	}
}

// TestAllInOrder: what is looked at, and in which order, is what errors.Is would look at.
func TestAllInOrder(t *testing.T) {
	err := fmt.Errorf("a: %w", errors.Join(fmt.Errorf("b: %w", io.EOF), fs.ErrExist))
	var all []string
	for e := range causes.All(err) {
		all = append(all, fmt.Sprintf("%T", e))
	}
	if got := fmt.Sprint(all); got != "[*fmt.wrapError *errors.joinError *fmt.wrapError *errors.errorString *errors.errorString]" {
		t.Error(got)
	}
	for range causes.All(err) {
		break // no more is asked for
	}
}
