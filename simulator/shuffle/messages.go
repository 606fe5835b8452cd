// SPDX-License-Identifier: Apache-2.0

package shuffle

import "github.com/twinwire/twinwire/api"

// Messages to the driver. Each may arrive more than once: the second arrival changes nothing.

// registerExecutor is asked by an executor that is new, or that the driver has given up. The answer is a registered.
type registerExecutor struct {
	Host     string
	Boot     uint64 // drawn at the start of the executor
	Session  int    // counts its registrations
	Executor api.RpcEndpointRef
	Blocks   api.RpcAddress
}

type registered struct {
	Executor int // names the registration; never given out twice
	Files    int // size of the file table
}

// fileTablePage asks for the part of the file table that starts at From. The answer is a filePage.
type fileTablePage struct{ Executor, From int }

// filePage has names as bytes: one of a file may be no text.
type filePage struct {
	Names [][]byte
	Sizes []int64
}

// heartbeat is asked all the time, by an executor that takes tasks. The answer is a heard.
type heartbeat struct {
	Executor int
	Stats    Stats
}

// heard is the answer of one who knows the registration, or not any more.
type heard struct{ Known bool }

// taskEnded tells how an attempt of a task ended. The answer is a heard.
type taskEnded struct {
	Executor int
	Attempt  int64
	Sizes    []int64  // of a map task's blocks, by reducer
	Missing  []int64  // blocks of these map attempts did not come
	Failed   *failure // nil: it did not fail by its own fault
}

// failure is why a task failed.
type failure struct {
	File int    // index in the file table; -1: no file is to blame
	Text string // the cause
}

// Messages to an executor.

// launchTask gives work to an executor. The answer is a heard.
type launchTask struct {
	Executor int
	Attempt  int64 // names the attempt; never given out twice
	Map      *mapWork
	Reduce   *reduceWork
}

// mapWork is to count the words of splits and to keep the counts in a block for each reducer.
type mapWork struct {
	Splits     []Split
	Partitions int
}

// reduceWork is to merge the blocks of one reducer.
type reduceWork struct {
	Reducer int
	Sources []source
}

// source is an executor and the blocks it has for a reducer.
type source struct {
	Host   string
	Blocks api.RpcAddress
	Maps   []int64 // attempts of the map tasks
	Sizes  []int64 // bytes of their blocks
}

// finish ends a registration. The answer is a finished.
type finish struct{ Executor int }

// finished has the executor's last counts.
type finished struct {
	Known bool
	Stats Stats
}
