// SPDX-License-Identifier: Apache-2.0

package memnet

// readyQueue holds the tasks that can run. A few stand in order, which takes half the steps of a heap; when there are many, a
// heap has those that come behind all of these.
type readyQueue struct {
	n     uint // of near
	near  [maxNear]readyTask
	far   readyHeap
	taken []readyTask // what takeAll returns
}

// maxNear is how many stand in order, the one to run first as the last.
const maxNear = 16

type readyTask struct {
	key uint64 // a drawn priority; on a tie, the order of becoming ready
	t   *task
}

//go:norace
func (q *readyQueue) len() int { return int(q.n) + len(q.far) }

// first returns the one to run first.
//
//go:norace
func (q *readyQueue) first() *readyTask {
	if q.n > 0 {
		return &q.near[q.n-1]
	}
	return &q.far[0]
}

//go:norace
func (q *readyQueue) push(e readyTask) {
	if (q.n == maxNear || len(q.far) > 0) && q.isFar(e.key) {
		q.far.push(e)
		return
	}
	i := q.n
	q.n++
	for i > 0 && q.near[(i-1)%maxNear].key < e.key {
		q.near[i%maxNear] = q.near[i-1]
		i--
	}
	q.near[i%maxNear] = e
}

// isFar reports whether the heap is where a key belongs: behind all that stand in order, or stood there last. It makes room
// for one that does not.
//
//go:norace
func (q *readyQueue) isFar(key uint64) bool {
	if q.n == maxNear {
		q.n /= 2
		for i := range q.n {
			q.far.push(q.near[i])
			q.near[i] = q.near[i+q.n] // the race detector would see copy
		}
	}
	return key > q.near[0].key
}

//go:norace
func (q *readyQueue) pop() *task {
	if q.n == 0 {
		return q.far.pop()
	}
	q.n--
	return q.near[q.n%maxNear].t
}

// dropDead takes out the tasks of incarnations that are gone.
//
//go:norace
func (q *readyQueue) dropDead() {
	for _, e := range q.takeAll() {
		if !e.t.inc.dead {
			q.push(e)
		}
	}
}

// takeAll takes out all, in order. What it returns is good until the next call.
//
//go:norace
func (q *readyQueue) takeAll() []readyTask {
	all := q.taken[:0]
	for q.len() > 0 {
		all = append(all, *q.first())
		q.pop()
	}
	q.taken = all
	return all
}
