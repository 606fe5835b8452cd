// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"maps"
	"slices"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// messageMarks puts down the marks of what the plan says of messages that are recognized in a write. Where a message
// began in an earlier write, before it means before this write.
func (c *conn) messageMarks(b []byte) {
	l := c.out.link
	if c.pendingCut > 0 {
		if c.pendingCut <= int64(len(b)) {
			c.addMark(mark{at: int(c.pendingCut), kind: markCut})
		}
		c.pendingCut -= int64(len(b))
	}
	kinds := slices.Sorted(maps.Keys(l.planned.messages))
	c.scanner.Scan(b, func(m fault.FoundMessage) {
		for _, kind := range kinds {
			if !m.Is(kind) {
				continue
			}
			n := l.planned.messages[kind]
			n.seen++
			for _, e := range n.at(n.seen) {
				if e.What == plan.EffectCut && e.Where == plan.After && m.End > int64(len(b)) {
					c.pendingCut = m.End - int64(len(b))
					c.host.world.struckOccasion(l, kind, n.seen, e)
					continue
				}
				c.effectMarks(kind, n.seen, e, int(max(m.Start, 0)), int(min(m.End, int64(len(b)))))
			}
		}
	})
}
