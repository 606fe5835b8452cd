// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"slices"
	"time"

	"github.com/twinwire/twinwire/api"
)

type (
	question struct {
		ID, N int
		From  api.RpcEndpointRef
	}
	answer struct{ ID, Square int }
)

// newSage answers each question with a message of its own.
func newSage() api.RpcEndpoint {
	return api.Handlers(api.OnSend(func(_ api.RpcCallContext, q question) error {
		return q.From.Send(answer{ID: q.ID, Square: q.N * q.N})
	}))
}

// An inquirer asks questions and waits for the answers.
type inquirer struct {
	rt    api.Runtime
	match func(waiting []*inquiry, a answer) int // whose answer it is, or -1

	mu      api.Mutex
	asked   int
	waiting []*inquiry
}

type inquiry struct {
	id       int
	answered bool
	square   int
	waiter   api.Waiter
}

// theOldest takes answers to come in the order of the questions.
func theOldest(waiting []*inquiry, _ answer) int { return min(len(waiting), 1) - 1 }

// theOneAsked goes by the number of the question.
func theOneAsked(waiting []*inquiry, a answer) int {
	return slices.IndexFunc(waiting, func(q *inquiry) bool { return q.id == a.ID })
}

// endpoint receives the answers.
func (q *inquirer) endpoint() api.RpcEndpoint {
	return api.Handlers(api.OnSend(func(_ api.RpcCallContext, a answer) error {
		q.mu.Lock()
		defer q.mu.Unlock()
		if i := q.match(q.waiting, a); i >= 0 {
			one := q.waiting[i]
			q.waiting = slices.Delete(q.waiting, i, i+1)
			one.answered, one.square = true, a.Square
			one.waiter.Wake()
		}
		return nil
	}))
}

// ask sends a question and waits half a second for the answer.
func (q *inquirer) ask(ctx context.Context, sage, self api.RpcEndpointRef, n int) (int, error) {
	ctx, cancel := api.WithTimeout(ctx, q.rt, 500*time.Millisecond)
	defer cancel()
	q.mu.Lock()
	q.asked++
	one := &inquiry{id: q.asked, waiter: q.rt.NewWaiter()}
	q.waiting = append(q.waiting, one)
	q.mu.Unlock()
	if err := sage.Send(question{ID: one.id, N: n, From: self}); err != nil {
		return 0, err
	}
	for {
		err := one.waiter.Wait(ctx)
		q.mu.Lock()
		done, square := one.answered, one.square
		if err != nil && !done {
			q.waiting = slices.DeleteFunc(q.waiting, func(o *inquiry) bool { return o == one })
		}
		q.mu.Unlock()
		switch {
		case done:
			return square, nil
		case err != nil:
			return 0, err
		}
	}
}
