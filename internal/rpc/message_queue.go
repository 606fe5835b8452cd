// SPDX-License-Identifier: Apache-2.0

package rpc

// messageQueue is a first-in, first-out queue that uses its memory again.
type messageQueue struct {
	items []message
	head  int // of the first that is left
}

func (q *messageQueue) len() int { return len(q.items) - q.head }

func (q *messageQueue) push(m message) {
	if q.head > 0 && len(q.items) == cap(q.items) && q.head >= len(q.items)/2 {
		n := copy(q.items, q.items[q.head:])
		clear(q.items[n:])
		q.items, q.head = q.items[:n], 0
	}
	q.items = append(q.items, m)
}

// count is how many messages are left, events included.
func (q *messageQueue) count() (n int) {
	for i := q.head; i < len(q.items); i++ {
		n += q.items[i].count()
	}
	return n
}

// first is what pop would take.
func (q *messageQueue) first() *message { return &q.items[q.head] }

// pop takes the first; the queue must not be empty.
func (q *messageQueue) pop() message {
	m := q.items[q.head]
	q.items[q.head] = message{}
	q.head++
	if q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
		if cap(q.items) > keepMessages {
			q.items = nil
		}
	}
	return m
}

// keepMessages is for how many messages an empty queue keeps its memory.
const keepMessages = 1024
