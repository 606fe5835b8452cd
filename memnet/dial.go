// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"

	"github.com/twinwire/twinwire/internal/fault"
)

// refuseIt marks a request for a connection that a fault refuses.
const refuseIt = 1

// dial asks for a connection and waits for the answer: one round trip when nothing is in the way. Across a partition it
// waits until that heals or ctx ends.
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
	c.dialling = &waiter{host: h}
	c.out = c.newPipe(c.local, remote)
	c.out.src = c
	l := c.out.link
	refuse := 0
	if !l.loopback && w.strikesNow() && w.strikes(&l.dials, w.cfg.Faults.RefusePPM) {
		refuse = refuseIt
		w.strike(fault.Refuse, remote.host, c.out, "")
	}
	c.out.send(segSyn, nil, refuse)
	for c.dialling != nil {
		if err := c.dialling.wait(ctx, t, waitDial, remote); err != nil {
			c.giveUpDialling()
			return nil, err
		}
	}
	return c, c.err
}

// giveUpDialling closes a connection that is still asked for. If it is granted, the other side gets a reset.
func (c *conn) giveUpDialling() {
	if c.dialling == nil { // granted at the same moment
		c.reset()
	}
	c.closed, c.dialling = true, nil
	c.out.dropHeld()
	c.forget()
}

// arriveSyn is called at the host that is asked for a connection.
func (p *pipe) arriveSyn(refuse bool) {
	w, h := p.world, p.to.host
	w.hash(hashArrival, p.key, uint64(segSyn))
	answer := p.src.newPipe(p.to, p.from)
	answer.dst = p.src
	l := h.inc.listeners[p.to.port]
	if refuse || h.inc.dead || l == nil || len(l.queue) >= backlog {
		answer.send(segRefuse, nil, 0)
		return
	}
	c := newConn(h, p.to, p.from)
	c.in, c.out = p, answer
	p.dst, answer.src = c, c
	p.src.in = answer
	answer.send(segSynAck, nil, 0)
	l.queue = append(l.queue, c)
	w.wakeAll(&l.waiting)
}

// connected is called at the dialling end when its request was granted.
func (c *conn) connected() {
	c.host.world.hash(hashArrival, c.out.key, uint64(segSynAck))
	if c.gone() {
		c.out.send(segLate, nil, 0)
		return
	}
	c.answered(nil)
}

func (c *conn) refused() {
	c.host.world.hash(hashArrival, c.out.key, uint64(segRefuse))
	c.answered(errRefused)
}

func (c *conn) answered(err error) {
	if c.dialling == nil || c.inc.dead {
		return
	}
	if err != nil {
		c.err = err
		c.forget()
	}
	d := c.dialling
	c.dialling = nil
	d.give()
}
