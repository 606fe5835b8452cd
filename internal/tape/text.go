// SPDX-License-Identifier: Apache-2.0

package tape

import (
	"fmt"
	"strconv"
)

// version is the version of the text form.
const version = 1

// String returns the word the text form has for it.
func (r Rest) String() string {
	if r == Seeded {
		return "seeded"
	}
	return "calm"
}

// AppendText implements encoding.TextAppender. The text begins with "twinwire tape 1"; then come the facts, a line each,
// the streams, and the choices, a line each: number of the stream, N, Value/Bound, and when it was made.
func (t *Tape) AppendText(b []byte) ([]byte, error) {
	b = fmt.Appendf(b, "twinwire tape %d\ncode %s\nseed %d\nrest %v\n", version, t.Code, t.Seed, t.Rest)
	if t.Strategy != "" {
		b = fmt.Appendf(b, "strategy %s\n", t.Strategy)
	}
	if t.Hash != 0 {
		b = fmt.Appendf(b, "hash %016x\n", t.Hash)
	}
	for _, n := range t.Notes {
		b = fmt.Appendf(b, "note %s %s\n", n.Key, n.Text)
	}
	for _, r := range t.Reseeds {
		b = fmt.Appendf(b, "reseed %v\n", r)
	}
	for i, s := range t.Streams {
		b = fmt.Appendf(b, "stream %d %016x %s\n", i+1, s.ID, s.Name)
	}
	for _, c := range t.Choices {
		b = strconv.AppendInt(b, int64(c.Stream)+1, 10)
		b = strconv.AppendUint(append(b, ' '), c.N, 10)
		b = strconv.AppendUint(append(b, ' '), c.Value, 10)
		b = strconv.AppendUint(append(b, '/'), c.Bound, 10)
		b = append(b, " @"...)
		b = append(append(b, c.At.String()...), '\n')
	}
	return b, nil
}

// MarshalText implements encoding.TextMarshaler.
func (t *Tape) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// String returns the text form.
func (t *Tape) String() string {
	b, _ := t.AppendText(nil) // never fails
	return string(b)
}
