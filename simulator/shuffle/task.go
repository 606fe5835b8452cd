// SPDX-License-Identifier: Apache-2.0

package shuffle

import "fmt"

// taskKind says what a task does.
type taskKind int

const (
	mapTask taskKind = iota + 1
	reduceTask
)

// taskState is how far a task is.
type taskState int

const (
	pending    taskState = iota + 1
	running              // given to an executor
	collecting           // a reduce task has ended; the driver fetches its result
	done
)

// task is one piece of the job, as the driver sees it.
type task struct {
	kind  taskKind
	index int

	splits []Split // of a map task

	state    taskState
	attempts int // given out
	failures int // by its own fault
	attempt  int64
	on       *executorEntry // has or had the attempt
	sizes    []int64        // of a map task's blocks
	result   []byte         // of a reduce task
	trouble  error          // why the last attempt was lost, if it is known
}

// name is what errors and traces call the task.
func (t *task) name() string {
	if t.kind == mapTask {
		return fmt.Sprintf("map %d", t.index)
	}
	return fmt.Sprintf("reduce %d", t.index)
}

// again makes the task one that is to be done.
func (t *task) again() {
	t.state, t.on, t.sizes, t.result = pending, nil, nil, nil
}

// mapBlock is the id of a map attempt's block for a reducer, as Spark names it.
func mapBlock(attempt int64, reducer int) string {
	return fmt.Sprintf("shuffle_0_%d_%d", attempt, reducer)
}

// resultBlock is the id of a reduce attempt's result, as Spark names it.
func resultBlock(attempt int64) string { return fmt.Sprintf("taskresult_%d", attempt) }
