// SPDX-License-Identifier: Apache-2.0

package api

import (
	"fmt"
	"reflect"
)

// RemoteError is a failure that happened on the other side of the wire. errors.Is matches a sentinel of the remote
// chain by type name and text, errors.As matches a typed error by type name and decodes its exported fields; neither
// needs registration. What does not travel: an Is or As method of an error type of the program (those of this package
// and of the standard library do), unexported fields, and types that are known only by an interface.
type RemoteError struct {
	Remote RpcAddress  // where it happened
	Chain  []ErrorLink // outermost first, never empty
	Stack  string      // of the task that panicked there, at most 16 KiB; empty when it was no panic. %+v prints it

	decode func(payload []byte, v any) error
}

// ErrorLink is one error of a remote chain.
type ErrorLink struct {
	Type    string // package path and type name, with a leading * for a pointer; see [WireNameOf]
	Text    string // its Error()
	Payload []byte // its exported fields, encoded; nil when it has none
}

// NewRemoteError makes a RemoteError whose payloads decode reads. It is for implementations of RpcEnv.
func NewRemoteError(remote RpcAddress, chain []ErrorLink, decode func(payload []byte, v any) error) *RemoteError {
	e := &RemoteError{Remote: remote, Chain: chain, decode: decode}
	for _, l := range chain {
		var p PanicError
		if l.Payload != nil && l.Type == "*"+wireNameOfType(reflect.TypeFor[PanicError]()) && p.UnmarshalBinary(l.Payload) == nil {
			e.Stack = p.Stack
			break
		}
	}
	return e
}

// Error returns the remote error's own text.
func (e *RemoteError) Error() string { return e.Chain[0].Text }

// Format prints, for %+v, the remote stack too.
func (e *RemoteError) Format(s fmt.State, verb rune) {
	stack := e.Stack
	if stack != "" {
		stack = "remote " + e.Remote.String() + ":\n" + stack
	}
	formatWithStack(s, verb, e.Error(), stack)
}

// Is reports whether an error like target, of the same type and with the same text, is in the remote chain.
func (e *RemoteError) Is(target error) bool {
	name, text := WireNameOf(target), target.Error()
	for _, l := range e.Chain {
		if l.Type == name && l.Text == text {
			return true
		}
	}
	return false
}

// As finds the first error of the remote chain whose type is that of target, decodes it and stores it there.
func (e *RemoteError) As(target any) bool {
	p := reflect.ValueOf(target)
	if p.Kind() != reflect.Pointer || p.IsNil() || p.Type().Elem().Kind() == reflect.Interface || e.decode == nil {
		return false
	}
	t := p.Type().Elem()
	name := wireNameOfType(t)
	for i, l := range e.Chain {
		if l.Type != name || l.Payload == nil {
			continue
		}
		v := reflect.New(t)
		into := v
		if t.Kind() == reflect.Pointer {
			into = reflect.New(t.Elem())
			v.Elem().Set(into)
		}
		if e.decode(l.Payload, into.Interface()) == nil {
			e.setCause(into.Elem(), i)
			p.Elem().Set(v.Elem())
			return true
		}
	}
	return false
}

// setCause gives a decoded error the field it wraps, which travelled as the rest of the chain.
func (e *RemoteError) setCause(v reflect.Value, link int) {
	field, ok := CauseField(v.Type())
	if !ok || link+1 == len(e.Chain) {
		return
	}
	rest := NewRemoteError(e.Remote, e.Chain[link+1:], e.decode)
	v.FieldByIndex(field.Index).Set(reflect.ValueOf(rest))
}

// CauseField returns the exported field of type error that a struct type has, if there is exactly one: what an error of
// that type wraps. It travels as the rest of the chain. It is for implementations of RpcEnv.
func CauseField(t reflect.Type) (field reflect.StructField, ok bool) {
	if t.Kind() != reflect.Struct {
		return field, false
	}
	n := 0
	for f := range t.Fields() {
		if f.IsExported() && f.Type == reflect.TypeFor[error]() {
			field = f
			n++
		}
	}
	return field, n == 1
}

// WireNameOf returns the name of v's type on the wire: what its WireName method says, else its package path and name.
// A pointer to a message has the message's name; a pointer that is itself the error type keeps its star.
func WireNameOf(v any) string { return wireNameOfType(reflect.TypeOf(v)) }

func wireNameOfType(t reflect.Type) string {
	if t == nil {
		return ""
	}
	if t.Kind() == reflect.Pointer && t.Name() == "" && t.Elem().Name() != "" {
		return "*" + wireNameOfType(t.Elem())
	}
	if t.Implements(reflect.TypeFor[WireNamer]()) && t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface {
		return reflect.Zero(t).Interface().(WireNamer).WireName()
	}
	if t.PkgPath() == "" {
		return t.String()
	}
	return t.PkgPath() + "." + t.Name()
}
