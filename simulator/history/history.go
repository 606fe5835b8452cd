// SPDX-License-Identifier: Apache-2.0

package history

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
)

// ErrUndecided is the error of a check that found no answer in time. The history may be right or wrong.
var ErrUndecided = errors.New("history: undecided")

// NotLinearizableError says that no order of the calls explains what the clients saw.
type NotLinearizableError struct {
	Key   string
	Calls []string // of the key, as they were made, and how each ended
}

// maxShown bounds how many calls the error shows.
const maxShown = 12

// Error shows the last calls.
func (e *NotLinearizableError) Error() string {
	where, shown := "", e.Calls
	if e.Key != "" {
		where = " of key " + e.Key
	}
	if len(shown) > maxShown {
		shown = shown[len(shown)-maxShown:]
	}
	return fmt.Sprintf("no order of the %d calls%s explains what was seen; the last are %s", len(e.Calls), where, strings.Join(shown, "; "))
}

// History is the calls of the clients of a service. Make one with [New]. Safe for concurrent use.
type History[State, In, Out any] struct {
	model Model[State, In, Out]

	mu    sync.Mutex // never held while anything is called
	clock int64      // of calls and returns
	calls []*Call[Out]
	in    []In
}

// New returns an empty history.
func New[State, In, Out any](model Model[State, In, Out]) *History[State, In, Out] {
	return &History[State, In, Out]{model: model}
}

// Call is one call. Exactly one of its methods is called once, when it has ended; a call of which none was called is
// one whose outcome is not known.
type Call[Out any] struct {
	tick       func() int64
	client     string
	from, to   int64
	outcome    outcome[Out]
	impossible bool // it had no effect
}

// Call records that a client makes a call now. A client's next call begins after the one before has ended.
func (h *History[State, In, Out]) Call(client string, in In) *Call[Out] {
	c := &Call[Out]{tick: h.tick, client: client, from: h.tick(), to: math.MaxInt64}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls, h.in = append(h.calls, c), append(h.in, in)
	return c
}

func (h *History[State, In, Out]) tick() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock++
	return h.clock
}

// Return records that the call returned out.
func (c *Call[Out]) Return(out Out) { c.to, c.outcome = c.tick(), outcome[Out]{known: true, out: out} }

// Lost records that the client does not know whether the call took effect, and never will. It may still do.
func (c *Call[Out]) Lost() {}

// Refused records that the call certainly had no effect.
func (c *Call[Out]) Refused() { c.impossible = true }

// Check searches for an order that explains the calls, for ten seconds for each key. It returns [ErrUndecided] when it
// finds none in time, and a [NotLinearizableError] when there is none. It is a check of a scenario.
func (h *History[State, In, Out]) Check() error { return h.CheckWithin(10 * time.Second) }

// CheckWithin is Check with another limit.
func (h *History[State, In, Out]) CheckWithin(limit time.Duration) error {
	h.mu.Lock()
	calls, in := slices.Clone(h.calls), slices.Clone(h.in)
	h.mu.Unlock()
	parts := map[string][]int{}
	for i, c := range calls {
		if c.impossible {
			continue
		}
		key := ""
		if h.model.Key != nil {
			key = h.model.Key(in[i])
		}
		parts[key] = append(parts[key], i)
	}
	model := h.model.porcupine()
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		operations := operationsOf(calls, in, parts[key])
		switch porcupine.CheckOperationsTimeout(model, operations, limit) {
		case porcupine.Illegal:
			return &NotLinearizableError{Key: key, Calls: describe(calls, in, parts[key])}
		case porcupine.Unknown:
			return undecided(operations, key, limit)
		case porcupine.Ok:
		}
	}
	return nil
}

// undecided says what made the search long: a lost call may come anywhere after it was made, or nowhere.
func undecided(operations []porcupine.Operation, key string, limit time.Duration) error {
	lost, what := 0, ""
	for _, o := range operations {
		if o.Return == math.MaxInt64 {
			lost++
		}
	}
	if key != "" {
		what = " of key " + key
	}
	return fmt.Errorf("%w: no answer within %v for %d calls%s, %d of them lost: make fewer calls, or tell with Refused and Model.Key what does not touch what",
		ErrUndecided, limit, len(operations), what, lost)
}

// operationsOf returns calls as the search wants them. Every lost call is a client of its own: what comes after it may
// come before it.
func operationsOf[In, Out any](calls []*Call[Out], in []In, part []int) []porcupine.Operation {
	var all []porcupine.Operation
	for id, i := range part {
		c := calls[i]
		all = append(all, porcupine.Operation{ClientId: id, Input: in[i], Call: c.from, Output: c.outcome, Return: c.to})
	}
	return all
}

func describe[In, Out any](calls []*Call[Out], in []In, part []int) []string {
	var all []string
	for _, i := range part {
		end := "?"
		if c := calls[i]; c.outcome.known {
			end = fmt.Sprintf("%+v", c.outcome.out)
		}
		all = append(all, fmt.Sprintf("%s: %+v = %s", calls[i].client, in[i], end))
	}
	return all
}
