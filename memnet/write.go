// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"net"
	"os"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
)

// probeWrite tells Config.Probe of a write.
//
//go:norace
func (c *conn) probeWrite(t *task, b []byte) {
	if !c.host.world.probes() {
		return
	}
	c.host.world.probe(t, "Conn.Write", fmt.Sprintf("%d bytes %s", len(b), c.out), hashBytes(b))
}

// Write puts b on its way, waiting while too much is unread at the other end. Writes of several tasks go one after the
// other. It is a scheduling point.
//
//go:norace
func (c *conn) Write(b []byte) (int, error) {
	t := c.host.enter("Conn.Write")
	w := c.host.world
	if w.verify {
		c.probeWrite(t, b)
	}
	w.mayWait(t, "Write")
	w.point(t, c)
	if c.writing {
		c.awaitTurn(t)
	}
	c.written.acquire()
	if c.impaired {
		if err := c.writable(); err != nil {
			c.nextTurn()
			return 0, c.fail("write", err)
		}
	}
	if w.observer != nil {
		w.observer.write(c.out, b)
	}
	var marks []mark
	if l := c.out.link; l.writes+1 < l.nextMark && len(b) > 0 { // as most often
		l.writes++
		c.writes++
		if n := len(b); n < hashedFrom && n <= int(c.out.credit) { // likewise
			c.out.credit -= int32(n)
			c.out.sendData(w, b, 0)
			c.nextTurn()
			return n, nil
		}
	} else {
		marks = c.fate(b)
	}
	c.writing = true
	n, err := c.writePieces(t, b, marks)
	c.writing = false
	c.nextTurn()
	return n, c.fail("write", err)
}

// awaitTurn waits until no other Write is under way.
//
//go:noinline
//go:norace
func (c *conn) awaitTurn(t *task) {
	for c.writing {
		c.turns, c.queued = append(c.turns, t), true
		c.host.world.park(t, waitWrite, c)
	}
}

// nextTurn ends a write, and lets the next that waits for that begin.
//
//go:norace
func (c *conn) nextTurn() {
	c.written.release()
	if c.queued {
		c.giveTurn()
	}
}

// giveTurn lets the next Write begin.
//
//go:norace
func (c *conn) giveTurn() {
	next := c.turns[0]
	c.turns[0] = nil
	c.turns = c.turns[1:]
	c.queued = len(c.turns) > 0
	c.host.world.makeReady(next)
}

// writePieces writes what has marks in it, is large, or has no room as a whole.
//
//go:norace
func (c *conn) writePieces(t *task, b []byte, marks []mark) (int, error) {
	w := c.host.world
	n, late := 0, time.Duration(0)
	for n < len(b) || len(marks) > 0 {
		if err := c.writable(); err != nil {
			return n, err
		}
		for len(marks) > 0 && marks[0].at <= n {
			m := marks[0]
			marks = marks[1:]
			switch m.kind {
			case markCut:
				w.strike(fault.Reset, c.host, c.out, "")
				c.reset()
				return n, errReset
			case markDelay:
				late = m.by
			}
		}
		if n == len(b) {
			break
		}
		room := min(len(b)-n, int(c.out.credit), maxData)
		if len(marks) > 0 {
			room = min(room, marks[0].at-n)
		}
		if room == 0 {
			c.writers = append(c.writers, t)
			w.park(t, waitWrite, c)
			continue
		}
		c.out.credit -= int32(room)
		if piece := b[n : n+room]; room < hashedFrom {
			c.out.sendData(w, piece, late)
		} else {
			c.out.sendHashed(w, piece, late)
		}
		n, late = n+room, 0
	}
	return n, nil
}

// writable returns the error a write gives now.
//
//go:norace
func (c *conn) writable() error {
	switch {
	case c.gone():
		return net.ErrClosed
	case c.writeLate:
		return os.ErrDeadlineExceeded
	case c.err != nil:
		return c.err
	case c.out.closed:
		return errPipe
	}
	return nil
}
