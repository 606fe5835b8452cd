// SPDX-License-Identifier: Apache-2.0

package api

import (
	"reflect"
)

// RemoteError is a failure that happened on the other side of the wire. errors.Is matches a sentinel of the remote
// chain by type name and text, errors.As matches a typed error by type name and decodes its exported fields; neither
// needs registration.
type RemoteError struct {
	Remote RpcAddress  // where it happened
	Chain  []ErrorLink // outermost first, never empty

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
	return &RemoteError{Remote: remote, Chain: chain, decode: decode}
}

// Error returns the remote error's own text.
func (e *RemoteError) Error() string { return e.Chain[0].Text }

// Is reports whether an error like target, of the same type and with the same text, is in the remote chain.
func (e *RemoteError) Is(target error) bool {
	name, text := WireNameOf(target), target.Error()
	for _, l := range e.Chain {
		if l.Type == name && l.Text == text {
			return true
		}
	}
	return e.isTyped(target)
}

// isTyped asks the api's own typed errors, whose Is methods did not travel.
func (e *RemoteError) isTyped(target error) bool {
	for _, l := range e.Chain {
		switch l.Type {
		case WireNameOf((*TimeoutError)(nil)):
			if target == ErrTimeout {
				return true
			}
		case WireNameOf((*MessageTooLargeError)(nil)):
			if target == ErrMessageTooLarge {
				return true
			}
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
	for _, l := range e.Chain {
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
			p.Elem().Set(v.Elem())
			return true
		}
	}
	return false
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
