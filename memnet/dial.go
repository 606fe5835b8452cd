// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/internal/tape"
)

// refuseIt marks a request for a connection that a fault refuses.
const refuseIt = 1

// dial asks for a connection and waits for the answer: one round trip when nothing is in the way. Across a partition it
// waits until that heals or ctx ends.
//
//go:norace
func (h *Host) dial(ctx context.Context, t *task, addr string) (*conn, error) {
	w := h.world
	if ctx != nil {
		if err := w.refuseForeign(ctx); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	remote, err := h.resolve(addr)
	if err != nil {
		return nil, err
	}
	if !h.Up() {
		return nil, errHostIsDown
	}
	c := newConn(h, address{h, h.freePort()}, remote)
	c.dialling, c.origin = &waiter{host: h}, w.origin()
	c.out = c.newPipe(c.local, remote)
	c.out.src = c
	c.out.ends.release()
	refuse, late := c.drawDial()
	s := c.out.newSegment(w, segSyn)
	s.count = int32(refuse)
	c.out.dispatch(s, late)
	for c.dialling != nil {
		if err := c.dialling.wait(ctx, t, waitDial, remote); err != nil {
			c.giveUpDialling()
			return nil, err
		}
	}
	return c, c.err
}

// drawDial draws and looks up whether the request is refused, and how long it waits.
//
//go:norace
func (c *conn) drawDial() (refuse int, late time.Duration) {
	w, l := c.host.world, c.out.link
	if l.settings.loopback {
		return 0, 0
	}
	l.dials++
	c.number = l.dials + w.link(l.to, l.from).dials
	l.refusals.n = l.dials * tape.PerOccasion
	set := l.settings
	if w.strikesNow() {
		if w.strikes(&l.refusals, set.refusePPM) {
			refuse = c.dialEffect(plan.Effect{What: plan.EffectRefuse}, &late)
		}
		if w.strikes(&l.refusals, set.hangPPM) {
			by := time.Duration(w.between(&l.refusals, int64(set.hangMax)/100, int64(set.hangMax)))
			c.dialEffect(plan.Effect{What: plan.EffectDelay, Span: plan.Exactly(by)}, &late)
		}
	}
	if l.planned != nil {
		for _, e := range l.planned.dials.at(l.dials) {
			refuse |= c.dialEffect(e, &late)
		}
	}
	return refuse, late
}

//go:norace
func (c *conn) dialEffect(e plan.Effect, late *time.Duration) (refuse int) {
	w, l := c.host.world, c.out.link
	if e.What == plan.EffectRefuse {
		refuse = refuseIt
		w.strike(fault.Refuse, l.to, c.out, "")
	} else {
		by := w.span(&l.refusals, e.Span)
		*late += by
		e.Span = plan.Exactly(by)
		w.strike(fault.Stall, l.to, c.out, "")
	}
	w.struckOccasion(l, occurrence{kind: plan.KindDial, nth: l.dials}, e)
	return refuse
}

// giveUpDialling closes a connection that is still asked for. If it is granted, the other side gets a reset.
//
//go:norace
func (c *conn) giveUpDialling() {
	if c.dialling == nil { // granted at the same moment
		c.reset()
	}
	c.closed, c.impaired, c.dialling = true, true, nil
	c.out.dropHeld()
	c.forget()
}

// arriveSyn is called at the host that is asked for a connection.
//
//go:norace
func (p *pipe) arriveSyn(refuse bool) {
	w, h := p.world(), p.to.host
	w.hash(hashArrival, p.key, uint64(segSyn))
	answer := p.src.newPipe(p.to, p.from)
	answer.dst = p.src
	l := h.inc.listeners.at(p.to.port)
	if refuse || h.refusing > 0 || h.inc.dead || l == nil || len(l.queue) >= backlog {
		answer.send(segRefuse, 0)
		return
	}
	c := newConn(h, p.to, p.from)
	c.in, c.out = p, answer
	p.dst, answer.src, c.accepted, c.number = c, c, true, p.src.number
	p.src.in = answer
	answer.send(segSynAck, 0)
	if h.stalls > 0 {
		h.unaccepted = append(h.unaccepted, c)
		return
	}
	l.offer(c)
}

// connected is called at the dialling end when its request was granted.
//
//go:norace
func (c *conn) connected() {
	c.host.world.hash(hashArrival, c.out.key, uint64(segSynAck))
	if c.gone() {
		c.out.send(segLate, 0)
		return
	}
	c.answered(nil)
}

//go:norace
func (c *conn) refused() {
	c.host.world.hash(hashArrival, c.out.key, uint64(segRefuse))
	c.answered(errRefused)
}

//go:norace
func (c *conn) answered(err error) {
	if c.dialling == nil || c.inc.dead {
		return
	}
	if err != nil {
		c.err, c.impaired = err, true
		c.forget()
	}
	d := c.dialling
	c.dialling = nil
	d.give()
}
