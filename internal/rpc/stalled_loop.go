// SPDX-License-Identifier: Apache-2.0

package rpc

import "time"

// stallAfter is how long a loop may process one batch while work waits, before another loop is started in its place: a
// handler that computes, or waits in something else than an ask, holds up other endpoints no longer than twice that.
const stallAfter = 100 * time.Millisecond

// watch looks at the loops in a while, when work waits although as many are busy as may be. It is called with mu held.
func (p *messageLoops) watch() {
	if !p.watched || p.watching || p.closed {
		return
	}
	p.watching = true
	if p.timer == nil {
		p.timer = p.env.rt.AfterFunc(stallAfter, p.look)
		return
	}
	p.timer.Reset(stallAfter)
}

// look lends the places of the loops that are at the same batch as at the last look.
func (p *messageLoops) look() {
	p.lock()
	p.watching = false
	lent := 0
	for _, l := range p.all {
		if l.in != nil && !l.stalled && l.seen == l.batch && l.in.lent < l.in.running {
			l.stalled = true
			l.in.lent++
			p.busy--
			lent++
		}
		l.seen = l.batch
	}
	if len(p.ready) > 0 && p.busy >= p.limit {
		p.watch()
	}
	p.unlock()
	for range lent {
		p.lock()
		p.staff()
	}
}
