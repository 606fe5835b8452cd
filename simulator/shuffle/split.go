// SPDX-License-Identifier: Apache-2.0

package shuffle

// Split is a part of an input file: the words that start in it. A file is named by its index in the file table, never
// by its path.
type Split struct {
	File   int   // index in the file table
	Offset int64 // bytes
	Length int64 // bytes, above 0
}

// Sizes of map tasks. Each keeps blocks of all its words in memory until the job ends, so there is a most of them, too.
const (
	tasksPerExecutor    = 4
	minTaskSize         = 256      // bytes
	maxTaskSize         = 32 << 20 // bytes, unless there would be too many tasks
	maxTasksPerExecutor = 16
)

// planMaps cuts the files into map tasks of nearly equal size, each a list of splits in the order of the files.
func planMaps(files []inputFile, executors int) [][]Split {
	var total int64
	for _, f := range files {
		total += f.Size
	}
	if total == 0 {
		return nil
	}
	n := int64(executors)
	size := max(min(ceilDiv(total, n*tasksPerExecutor), maxTaskSize), minTaskSize)
	// A whole number of tasks for each executor, so that none works while the others have nothing left to do.
	if tasks := ceilDiv(total, size); tasks > n {
		tasks = min(ceilDiv(tasks, n), maxTasksPerExecutor) * n
		size = max(ceilDiv(total, tasks), minTaskSize)
	}
	return cut(files, size)
}

// cut cuts what the files are when written one after another into pieces of size bytes.
func cut(files []inputFile, size int64) [][]Split {
	var tasks [][]Split
	var task []Split
	room := size
	for i, f := range files {
		for at := int64(0); at < f.Size; {
			n := min(room, f.Size-at)
			task = append(task, Split{File: i, Offset: at, Length: n})
			at += n
			if room -= n; room == 0 {
				tasks, task, room = append(tasks, task), nil, size
			}
		}
	}
	if task != nil {
		tasks = append(tasks, task)
	}
	return tasks
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }
