// SPDX-License-Identifier: Apache-2.0

package history

import (
	"reflect"

	"github.com/anishathalye/porcupine"
)

// Model is what a service does when it does one thing at a time.
type Model[State, In, Out any] struct {
	// Init is the state in the beginning, of each key.
	Init State
	// Step does one call: it returns the state after it, and its outcome. It must not change the state it is given.
	Step func(s State, in In) (State, Out)
	// Key says which part of the state a call touches; calls of different keys are checked apart. Nil: all touch the same.
	Key func(in In) string
}

// outcome is what a client saw of a call.
type outcome[Out any] struct {
	known bool
	out   Out
}

// porcupine returns the model as the search wants it.
func (m Model[State, In, Out]) porcupine() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return m.Init },
		Step: func(state, input, output any) (bool, any) {
			next, out := m.Step(state.(State), input.(In))
			saw := output.(outcome[Out])
			return !saw.known || reflect.DeepEqual(saw.out, out), next
		},
		Equal: reflect.DeepEqual,
	}
}
