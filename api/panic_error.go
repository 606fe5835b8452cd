// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// PanicError is a panic of an endpoint's method: the failure of the ask it handled, here and on the asker's side. It
// travels whole, whatever the serializer.
type PanicError struct {
	Value string // what was panicked with, as text, at most 4 KiB
	Stack string // where it was, from the line that panicked outwards, at most 16 KiB
	Cause error  // what was panicked with, if that is an error
}

const (
	maxPanicValue = 4 << 10
	maxPanicStack = 16 << 10
)

// NewPanicError makes the error of a recovered panic, of what debug.Stack returns in the deferred function that recovered. It
// is for implementations of RpcEnv.
func NewPanicError(value any, stack []byte) *PanicError {
	cause, _ := value.(error)
	return &PanicError{Value: cutText(fmt.Sprint(value), maxPanicValue), Stack: cutText(panicStack(string(stack)), maxPanicStack), Cause: cause}
}

func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// place is the file and line that panicked, such as "lease.go:41"; empty when the stack does not tell.
func (e *PanicError) place() string {
	_, frames, _ := strings.Cut(e.Stack, "\n")
	line, _, _ := strings.Cut(frames, "\n")
	line = strings.TrimSpace(line)
	return line[strings.LastIndexByte(line, '/')+1:]
}

// Error returns "panic: value".
func (e *PanicError) Error() string { return "panic: " + e.Value }

// Unwrap returns the cause.
func (e *PanicError) Unwrap() error { return e.Cause }

// Format prints the stack too for %+v.
func (e *PanicError) Format(s fmt.State, verb rune) { formatWithStack(s, verb, e.Error(), e.Stack) }

// formatWithStack prints text as verb says, and for %+v stack behind it.
func formatWithStack(s fmt.State, verb rune, text, stack string) {
	switch {
	case verb == 'q':
		fmt.Fprintf(s, "%q", text) // a fmt.State keeps no error
	case verb == 'v' && s.Flag('+') && stack != "":
		io.WriteString(s, text+"\n"+stack) //nolint:errcheck // likewise
	default:
		io.WriteString(s, text) //nolint:errcheck // likewise
	}
}

// AppendBinary appends value and stack, each behind its length. The cause is the rest of the chain that travels.
func (e *PanicError) AppendBinary(b []byte) ([]byte, error) {
	for _, s := range []string{e.Value, e.Stack} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	return b, nil
}

// UnmarshalBinary reads what AppendBinary wrote.
func (e *PanicError) UnmarshalBinary(b []byte) error {
	var rest []byte
	var err error
	if e.Value, rest, err = takeText(b, maxPanicValue); err == nil {
		e.Stack, _, err = takeText(rest, maxPanicStack)
	}
	return err
}

func takeText(b []byte, limit int) (text string, rest []byte, err error) {
	if len(b) < 4 {
		return "", nil, io.ErrUnexpectedEOF
	}
	n := binary.BigEndian.Uint32(b)
	b = b[4:]
	if uint64(n) > uint64(len(b)) {
		return "", nil, io.ErrUnexpectedEOF
	}
	return cutText(string(b[:n]), limit), b[n:], nil
}
