// SPDX-License-Identifier: Apache-2.0

package block

import "github.com/twinwire/twinwire/api"

// Stream is where the chunks of one numeric stream come from. A nil chunk is one that does not exist, such as a file
// that is gone; it fails its own request and does not end the stream.
type Stream struct {
	// Buffers are chunks that are there already. The stream owns one reference of each until it is taken or its
	// connection ends.
	Buffers []api.ManagedBuffer
	// Count and Open are instead of Buffers: so many chunks, each made when it is asked for, once and in order, by the task
	// that serves the request. Nothing has to be released when the connection ends, so nothing is opened then, as with
	// Spark's materializedOnNext.
	Count int
	Open  func(index int) (api.ManagedBuffer, error)
}

func (s *Stream) chunks() int {
	if s.Open != nil {
		return s.Count
	}
	return len(s.Buffers)
}

// streamState is a registered stream.
type streamState struct {
	Stream
	owner *ownedStreams
	next  int // the chunk that must be asked for
}

// take hands chunk index over, or what makes it.
func (s *streamState) take(index int) (data api.ManagedBuffer, open func(int) (api.ManagedBuffer, error)) {
	s.next = index + 1
	if s.Open != nil {
		return nil, s.Open
	}
	data, s.Buffers[index] = s.Buffers[index], nil
	return data, nil
}
