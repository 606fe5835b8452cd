// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"io/fs"
)

// runMap counts the words of the task's splits and keeps a block for each reducer.
func (s *session) runMap(m launchTask, end *taskEnded) {
	counts := s.reader.tok.counts
	counts.reset()
	for _, split := range m.Map.Splits {
		if split.File < 0 || split.File >= len(s.files) {
			end.Failed = &failure{File: -1, Text: "a split of a file that is not in the file table"}
			return
		}
		if err := s.reader.readFile(s.node.Files(), s.files[split.File], split.Offset, split.Length, s.pause); err != nil {
			end.Failed = &failure{File: split.File, Text: causeText(err)}
			return
		}
	}
	for reducer, b := range counts.partitioned(m.Map.Partitions) {
		if len(b) > 0 {
			s.store.put(mapBlock(m.Attempt, reducer), b)
		}
		end.Sizes = append(end.Sizes, int64(len(b)))
	}
}

// pause lets others run, and says whether the session goes on.
func (s *session) pause() error {
	s.rt.Yield()
	return s.ctx.Err()
}

// causeText is the text of an error without the file's name, which the driver knows.
func causeText(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	return err.Error()
}
