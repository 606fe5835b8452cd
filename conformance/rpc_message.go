// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"
	"time"
)

// note is a one-way message: the Nth of its sender.
type note struct {
	From, N int
	Pad     []byte
}

// question is an ask. Its answer carries the same ID.
type question struct {
	ID    int
	Delay time.Duration // before the answer
	Never bool          // there is no answer
	Pad   []byte
}

// answer is the reply to a question.
type answer struct{ ID int }

// tally asks how many notes of a sender have been handled.
type tally struct{ From int }

// tallied is the reply to a tally.
type tallied struct{ Notes int }

// trouble is an ask that fails in the way it says.
type trouble struct {
	ID   int
	Kind troubleKind
	Wrap int // how many errors stand around the cause
}

// troubleKind is how a trouble fails.
type troubleKind int

const (
	troubleNone      troubleKind = iota // it does not: the reply is an answer
	troubleFirst                        // errFirst
	troubleSecond                       // errSecond
	troubleTyped                        // *badInput
	troubleValue                        // tooDeep
	troublePanic                        // the handler panics, or the error it returns does
	troubleUnencoded                    // the reply cannot be encoded
	troubleKinds
)

// The causes of troubles.
var (
	errFirst  = errors.New("conformance: first cause")
	errSecond = errors.New("conformance: second cause")
)

// badInput is a typed cause, used by pointer.
type badInput struct {
	Field string
	Code  int
}

func (e *badInput) Error() string { return fmt.Sprintf("bad input in %s: code %d", e.Field, e.Code) }

// tooDeep is a typed cause, used by value.
type tooDeep struct{ Depth int }

func (e tooDeep) Error() string { return fmt.Sprintf("too deep by %d", e.Depth) }

// speechless is an error that panics when it is printed.
type speechless struct{}

func (speechless) Error() string { panic("conformance: an error that panics on purpose") }

// brittle is a message that encodes itself, and that the receiver cannot decode when it is Broken.
type brittle struct {
	ID     byte
	Broken bool
}

// AppendBinary encodes the message.
func (m brittle) AppendBinary(dst []byte) ([]byte, error) {
	if m.Broken {
		return append(dst, m.ID, 1), nil
	}
	return append(dst, m.ID, 0), nil
}

// UnmarshalBinary decodes a message that is not broken.
func (m *brittle) UnmarshalBinary(b []byte) error {
	if len(b) != 2 || b[1] != 0 {
		return errors.New("conformance: broken on purpose")
	}
	m.ID = b[0]
	return nil
}

// unencodable is a value no serializer can encode.
type unencodable struct{ C chan int }
