// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"slices"

	"github.com/twinwire/twinwire/api"
)

// blockListener hears how the blocks of one fetch end, and checks what holds for every fetch: one callback at a time, and
// the block's own bytes. Its fields are guarded by the trial's lock.
type blockListener struct {
	t      *trial
	rt     api.Runtime    // of the fetching host
	store  *blockStore    // where the blocks come from
	ids    []string       // asked for
	left   map[string]int // of each id, how often it is still to come
	heard  []hearing
	inside int
}

// hearing is one callback.
type hearing struct {
	id  string
	err error // nil: the block came
}

var _ api.BlockFetchingListener = (*blockListener)(nil)

func (l *blockListener) OnBlockFetchSuccess(id string, data api.ManagedBuffer) {
	b, err := data.Bytes()
	size := 0
	l.t.record(func() {
		size = l.store.sizes[id]
		l.left[id]--
		l.store.done[id] = l.left[id] == 0
	})
	switch {
	case err != nil:
		l.t.errorf("block %s arrived and cannot be read: %v", id, err)
	case data.Size() != int64(len(b)) || len(b) != size:
		l.t.errorf("block %s has %d bytes and arrived with %d, Size %d", id, size, len(b), data.Size())
	case !bytes.Equal(b, content(id, size)):
		l.t.errorf("block %s arrived with other bytes than its own", id)
	}
	l.hear(hearing{id: id})
}

func (l *blockListener) OnBlockFetchFailure(id string, cause error) {
	if cause == nil {
		l.t.errorf("block %s failed without a cause", id)
	}
	l.hear(hearing{id: id, err: cause})
}

func (l *blockListener) hear(h hearing) {
	alone := false
	l.t.record(func() { l.inside++ })
	l.rt.Yield()
	l.t.record(func() { alone = l.inside == 1; l.inside--; l.heard = append(l.heard, h) })
	if !alone {
		l.t.errorf("two callbacks of one fetch ran at once")
	}
}

// all says whether enough callbacks have come. It is for until.
func (l *blockListener) all() bool { return len(l.heard) >= len(l.ids) }

// hearings returns the callbacks so far.
func (l *blockListener) hearings() []hearing {
	l.t.mu.Lock()
	defer l.t.mu.Unlock()
	return slices.Clone(l.heard)
}

// once checks in the settled state that each block was heard of as often as it was asked for.
func (l *blockListener) once() {
	count := map[string]int{}
	for _, id := range l.ids {
		count[id]++
	}
	for _, h := range l.hearings() {
		count[h.id]--
	}
	for _, id := range l.ids {
		if n := count[id]; n != 0 {
			l.t.errorf("block %s was heard of %d times too seldom or (negative) too often", id, n)
			count[id] = 0
		}
	}
	if len(l.hearings()) != len(l.ids) {
		l.t.errorf("%d blocks were asked for, %d callbacks came", len(l.ids), len(l.hearings()))
	}
}
