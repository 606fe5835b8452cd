// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// messageMarks puts down the marks of what the plan says of messages that are recognized in a write, on the link and on
// this connection. Where a message began in an earlier write, before it means before this write.
//
//go:norace
func (c *conn) messageMarks(own *occasions, b []byte) {
	if c.pendingCut > 0 {
		if c.pendingCut <= int64(len(b)) {
			c.addMark(mark{at: int(c.pendingCut), kind: markCut})
		}
		c.pendingCut -= int64(len(b))
	}
	c.scanner.Scan(b, func(m fault.FoundMessage) {
		c.foundMessage(c.out.link.planned.messages, 0, m, b)
		if own != nil {
			c.foundMessage(own.messages, c.number, m, b)
		}
	})
}

// foundMessage counts a message and puts down the marks of what is planned for it.
//
//go:norace
func (c *conn) foundMessage(planned []messageEffects, conn uint64, m fault.FoundMessage, b []byte) {
	for _, n := range planned {
		if !m.Is(n.kind) {
			continue
		}
		n.seen++
		o := occurrence{kind: n.kind, conn: conn, nth: n.seen}
		for _, e := range n.at(n.seen) {
			if e.What == plan.EffectCut && e.Where == plan.After && m.End > int64(len(b)) {
				c.pendingCut = m.End - int64(len(b))
				c.host.world.struckOccasion(c.out.link, o, e)
				continue
			}
			c.effectMarks(o, e, int(max(m.Start, 0)), int(min(m.End, int64(len(b)))))
		}
	}
}
