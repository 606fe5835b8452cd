// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"container/list"
	"time"

	"github.com/twinwire/twinwire/api"
)

// endpointLife is one endpoint from its set-up to the end of its OnStop, whoever has its name meanwhile, and who wants to
// know of that end.
type endpointLife struct {
	id    uint64 // never 0
	lives *endpointLives

	mu      api.Mutex
	ended   bool
	waiting list.List // of *endWait
}

// endWait is told once: that the life has ended, or that it has not within a time.
type endWait struct {
	life  *endpointLife
	tell  func(ended bool)
	timer api.Timer // nil: no such time
}

// endpointLives are those of an env that have not ended.
type endpointLives struct {
	rt api.Runtime

	mu      api.Mutex
	byID    map[uint64]*endpointLife
	waiting int // of all of them, for others
}

// maxEndWaits bounds how many questions of other envs wait for the ends of endpoints. What comes above is answered at
// once, and is asked again later.
const maxEndWaits = 1 << 16

func newEndpointLives(rt api.Runtime) *endpointLives {
	return &endpointLives{rt: rt, mu: rt.NewMutex(), byID: map[uint64]*endpointLife{}}
}

// begin makes a life.
func (l *endpointLives) begin() *endpointLife {
	life := &endpointLife{id: l.rt.Rand().Uint64() | 1, lives: l, mu: l.rt.NewMutex()}
	l.mu.Lock()
	l.byID[life.id] = life
	l.mu.Unlock()
	return life
}

// find returns the life of that id, nil when it has ended.
func (l *endpointLives) find(id uint64) *endpointLife {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byID[id]
}

// count adds n to the waiting questions, unless there are too many.
func (l *endpointLives) count(n int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n > 0 && l.waiting >= maxEndWaits {
		return false
	}
	l.waiting += n
	return true
}

// await arranges that tell is called once: with true when the life ends, or with false when it has not within d (0:
// however long it takes). forget ends that. ok is false when the life has ended already.
func (l *endpointLife) await(d time.Duration, tell func(ended bool)) (forget func(), ok bool) {
	w := &endWait{life: l, tell: tell}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return nil, false
	}
	at := l.waiting.PushBack(w)
	if d > 0 {
		w.timer = l.lives.rt.AfterFunc(d, func() {
			if l.forget(at) {
				tell(false)
			}
		})
	}
	return func() { l.forget(at) }, true
}

// forget takes a wait out. It reports whether it was still there.
func (l *endpointLife) forget(at *list.Element) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.waiting.Len()
	l.waiting.Remove(at)
	return l.waiting.Len() < n
}

// end tells those who wait, in the order in which they came.
func (l *endpointLife) end() {
	l.lives.mu.Lock()
	delete(l.lives.byID, l.id)
	l.lives.mu.Unlock()
	l.mu.Lock()
	l.ended = true
	var tell []*endWait
	for at := l.waiting.Front(); at != nil; at = at.Next() {
		tell = append(tell, at.Value.(*endWait))
	}
	l.waiting.Init()
	l.mu.Unlock()
	for _, w := range tell {
		if w.timer != nil {
			w.timer.Stop()
		}
		w.tell(true)
	}
}
