// SPDX-License-Identifier: Apache-2.0

package rpc

import "sync/atomic"

// guests are the reading tasks that process an inbox for an env's loops. While there is nothing else to do for these, each
// has a place here, which it takes and leaves by a comparison; who locks the loops makes the guests loops like the others
// first, and no more come until that is no longer needed.
type guests struct {
	places []guestPlace
	closed atomic.Bool // written with the mu of the loops held
	tags   atomic.Uint64
}

// guestPlace is one of them.
type guestPlace struct {
	who  atomic.Uint64 // 0: nobody; the tag of who is there, or is about to be
	loop *messageLoop  // of who is there, or was
}

// guestThere is added to the tag of who is there.
const guestThere = 1

// mostGuests bounds what is looked through for a place.
const mostGuests = 16

// enter makes l, which is to process in, a guest, if it may be one.
func (g *guests) enter(l *messageLoop, in *inbox) bool {
	if g.closed.Load() {
		return false
	}
	at := l.place
	if at == nil || !at.take(l) {
		if at = g.another(l); at == nil {
			return false
		}
	}
	if at.loop != l {
		at.loop = l
	}
	l.in = in
	at.who.Store(l.tag + guestThere)
	return !g.closed.Load() || !l.endVisit() // if it cannot, it is one of the loops already
}

// another takes another place than the last.
func (g *guests) another(l *messageLoop) *guestPlace {
	for i := range g.places {
		if at := &g.places[i]; at.take(l) {
			l.place = at
			return at
		}
	}
	return nil
}

// take makes l the one who is about to be there, if nobody is.
func (at *guestPlace) take(l *messageLoop) bool {
	return at.who.Load() == 0 && at.who.CompareAndSwap(0, l.tag)
}

// visits reports whether l is a guest.
func (l *messageLoop) visits() bool {
	return l.place != nil && l.place.who.Load() == l.tag+guestThere
}

// endVisit ends that. It reports whether l was one.
func (l *messageLoop) endVisit() bool {
	if l.place == nil || !l.place.who.CompareAndSwap(l.tag+guestThere, 0) {
		return false
	}
	l.in = nil
	return true
}

// lock locks the loops, of which it makes the guests.
func (p *messageLoops) lock() {
	p.mu.Lock()
	if p.guests.closed.Load() {
		return
	}
	p.guests.closed.Store(true)
	for i := range p.guests.places {
		at := &p.guests.places[i]
		if who := at.who.Load(); who&guestThere != 0 && at.who.CompareAndSwap(who, who-guestThere) {
			p.admit(at.loop)
			p.enlist(at.loop)
			at.who.Store(0)
		}
	}
}

// unlock ends lock. Guests may come when no inbox waits and no loop is busy.
func (p *messageLoops) unlock() {
	if p.busy == 0 && len(p.ready) == 0 && !p.closed {
		p.guests.closed.Store(false)
	}
	p.mu.Unlock()
}
