// SPDX-License-Identifier: Apache-2.0

package rpc

import "sync/atomic"

// inboxState is what a peer and the loop that processes an inbox need not lock it for: while nobody else has anything for it,
// the one hands its messages over and the other lets go of the inbox by a comparison each. It also has how many messages and
// events were taken so far.
type inboxState struct{ atomic.Uint64 }

const (
	inboxScheduled = 1 << iota // given to the loops; of a serial inbox, or being processed
	inboxQueued                // there is something to lock a serial inbox for
	inboxFetched               // a message that was taken
)

func (s *inboxState) fetched() int64 { return int64(s.Load() / inboxFetched) }

// hand makes the caller the one who schedules the inbox, with count messages that are taken, if it is idle.
func (s *inboxState) hand(count int) bool {
	old := s.Load()
	return old&(inboxScheduled|inboxQueued) == 0 && s.CompareAndSwap(old, old+uint64(count)*inboxFetched+inboxScheduled)
}

// rest makes the inbox that the caller processes an idle one, if nothing is queued.
func (s *inboxState) rest() bool {
	old := s.Load()
	return old&inboxQueued == 0 && s.CompareAndSwap(old, old&^inboxScheduled)
}

// put says that something is queued. It is called with the inbox's mu held, as what follows, and reports whether the caller
// must schedule the inbox.
func (s *inboxState) put() (schedule bool) {
	for {
		old := s.Load()
		if s.CompareAndSwap(old, old|inboxScheduled|inboxQueued) {
			return old&inboxScheduled == 0
		}
	}
}

// took counts messages that were taken.
func (s *inboxState) took(count int) { s.Store(s.Load() + uint64(count)*inboxFetched) }

// set says whether the inbox is scheduled, and whether there is something to lock it for. Of a serial one the loop says so that
// processes it.
func (s *inboxState) set(scheduled, queued bool) {
	word := s.Load() &^ (inboxScheduled | inboxQueued)
	if scheduled {
		word |= inboxScheduled
	}
	if queued {
		word |= inboxQueued
	}
	s.Store(word)
}
