// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"time"
)

// Bytes that meet a partition are not lost: they are sent again after retryFirst, then after twice that, and so on up to
// retryMost. An established connection that could not deliver for giveUpAfter is reset; the far end hears of it as soon
// as it can be reached. These are TCP's habits, and the same in every profile.
const (
	retryFirst  = 200 * time.Millisecond
	retryMost   = 10 * time.Second
	giveUpAfter = 15 * time.Second
)

// hold keeps a segment that met a partition.
//
//go:norace
func (p *pipe) hold(s *segment) {
	w := p.world()
	p.held, p.holds, p.marred = append(p.held, s), true, true
	if len(p.held) > 1 {
		return
	}
	p.since = w.now
	p.link.stalled = append(p.link.stalled, p)
	if p.established() {
		p.giveUp.who = fireFunc(func(*World) { p.abandon() })
		w.startTimer(&p.giveUp, w.at(giveUpAfter))
	}
}

//go:norace
func (p *pipe) established() bool { return p.src != nil && p.src.open() }

// healed is called when the link is open again: the next attempt will get through.
//
//go:norace
func (p *pipe) healed() {
	w := p.world()
	wait, at := retryFirst, p.since
	for at <= w.now {
		at += int64(wait)
		wait = min(2*wait, retryMost)
	}
	w.after(time.Duration(at-w.now), func(*World) { p.retry() })
}

// retry delivers what was held.
//
//go:norace
func (p *pipe) retry() {
	w := p.world()
	if len(p.held) == 0 {
		return
	}
	if p.link.blocked > 0 {
		p.link.stalled = append(p.link.stalled, p)
		return
	}
	w.stopTimer(&p.giveUp)
	held := p.held
	p.held, p.holds = nil, false
	for _, s := range held {
		p.deliver(s)
	}
}

// abandon resets the connection of a sender that got nothing through. What it sent is lost, and a reset goes in its
// place, so that the far end never takes the loss for an end.
//
//go:norace
func (p *pipe) abandon() {
	if len(p.held) == 0 {
		return
	}
	p.dropHeld()
	p.src.broken(errReset)
	p.held, p.holds, p.marred = append(p.held, p.newSegment(p.world(), segReset)), true, true
}

// dropHeld loses what was held. What was sent after it and is still on its way must not take its place.
//
//go:norace
func (p *pipe) dropHeld() {
	if len(p.held) > 0 {
		p.torn, p.marred = true, true
	}
	for _, s := range p.held {
		p.world().giveSegment(s)
	}
	p.held, p.holds = nil, false
}

// loseWaiting loses what waits to be sent again, held or late, for its sender is gone.
//
//go:norace
func (p *pipe) loseWaiting() {
	p.dropHeld()
	p.orphan, p.marred = true, true
}
