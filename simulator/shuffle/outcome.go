// SPDX-License-Identifier: Apache-2.0

package shuffle

// Outcome is what a job came to, as far as it came.
type Outcome struct {
	Summary Summary // of all words; zero when Err is not nil
	Err     error

	InputFiles   int
	SkippedFiles int
	InputBytes   int64

	Stats         Stats // of all hosts together
	ExecutorsLost int
	TasksRerun    int
}

// Stats counts what hosts did. Those of an executor that was lost are the last it told of.
type Stats struct {
	BytesShuffled uint64 // payload of blocks that arrived, repetitions included
	Asks          uint64 // started
	Fetches       uint64 // blocks asked for
	Retries       uint64 // attempts after the first: of asks, connections and fetches

	Faults map[string]uint64 // that fired on the host's own connections, by kind; nil in a simulation, whose world counts
}

func (s *Stats) add(o Stats) {
	s.BytesShuffled += o.BytesShuffled
	s.Asks += o.Asks
	s.Fetches += o.Fetches
	s.Retries += o.Retries
	for kind, n := range o.Faults {
		if s.Faults == nil {
			s.Faults = map[string]uint64{}
		}
		s.Faults[kind] += n
	}
}

// FaultCounter is a Node whose network injects faults of its own and counts them.
type FaultCounter interface {
	// FaultCounts returns how often each kind fired so far. The caller owns the map.
	FaultCounts() map[string]uint64
}
