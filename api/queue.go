// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"slices"
)

// ErrQueueClosed is returned by a [Queue] that was closed: by Put at once, by Get when what was put is taken.
var ErrQueueClosed = errors.New("queue: closed")

// Queue is a bounded first-in first-out queue between tasks: what a channel is elsewhere. Make one with [NewQueue].
// Safe for concurrent use.
type Queue[T any] struct {
	rt       Runtime
	capacity int

	mu      Mutex
	items   []T
	closed  bool
	getters []Waiter
	putters []Waiter
}

// NewQueue returns an empty queue that holds at most capacity items; a capacity below 1 means no bound.
func NewQueue[T any](rt Runtime, capacity int) *Queue[T] {
	return &Queue[T]{rt: rt, capacity: capacity, mu: rt.NewMutex()}
}

// Put appends v, waiting while the queue is full. It returns [ErrQueueClosed], or ctx.Err() when ctx is done first.
func (q *Queue[T]) Put(ctx context.Context, v T) error {
	var w Waiter
	for {
		q.mu.Lock()
		if q.closed {
			q.mu.Unlock()
			return ErrQueueClosed
		}
		if q.capacity < 1 || len(q.items) < q.capacity {
			q.items = append(q.items, v)
			wake := takeWaiter(&q.getters)
			q.mu.Unlock()
			if wake != nil {
				wake.Wake()
			}
			return nil
		}
		if w == nil {
			w = q.rt.NewWaiter()
		}
		q.putters = append(q.putters, w)
		q.mu.Unlock()
		if err := q.wait(ctx, w, &q.putters); err != nil {
			return err
		}
	}
}

// Get takes the oldest item, waiting while there is none. It returns [ErrQueueClosed] once a closed queue is empty, or
// ctx.Err() when ctx is done first.
func (q *Queue[T]) Get(ctx context.Context) (T, error) {
	var w Waiter
	for {
		q.mu.Lock()
		if len(q.items) > 0 {
			v := q.items[0]
			var zero T
			q.items[0] = zero
			q.items = q.items[1:]
			wake := takeWaiter(&q.putters)
			q.mu.Unlock()
			if wake != nil {
				wake.Wake()
			}
			return v, nil
		}
		if q.closed {
			q.mu.Unlock()
			var zero T
			return zero, ErrQueueClosed
		}
		if w == nil {
			w = q.rt.NewWaiter()
		}
		q.getters = append(q.getters, w)
		q.mu.Unlock()
		if err := q.wait(ctx, w, &q.getters); err != nil {
			var zero T
			return zero, err
		}
	}
}

// wait parks on w, which then is in the list no more, also when nobody woke it. When ctx ends it hands a wake-up it may
// have been given to the next in line.
func (q *Queue[T]) wait(ctx context.Context, w Waiter, list *[]Waiter) error {
	err := w.Wait(ctx)
	q.mu.Lock()
	var wake Waiter
	if !removeWaiter(list, w) && err != nil {
		wake = takeWaiter(list)
	}
	q.mu.Unlock()
	if wake != nil {
		wake.Wake()
	}
	return err
}

// Close ends the queue: Put fails from now on, Get takes what is left. Closing again does nothing.
func (q *Queue[T]) Close() {
	q.mu.Lock()
	q.closed = true
	wake := slices.Concat(q.getters, q.putters)
	q.getters, q.putters = nil, nil
	q.mu.Unlock()
	for _, w := range wake {
		w.Wake()
	}
}

// Len returns how many items wait in the queue.
func (q *Queue[T]) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items)
}

func takeWaiter(list *[]Waiter) Waiter {
	if len(*list) == 0 {
		return nil
	}
	w := (*list)[0]
	*list = (*list)[1:]
	return w
}

func removeWaiter(list *[]Waiter, w Waiter) bool {
	for i, x := range *list {
		if x == w {
			*list = append((*list)[:i:i], (*list)[i+1:]...)
			return true
		}
	}
	return false
}
