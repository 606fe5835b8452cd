// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"net"
	"os"

	"github.com/twinwire/twinwire/internal/fault"
)

// Write puts b on its way, waiting while too much is unread at the other end. Writes of several tasks go one after the
// other. It is a scheduling point.
func (c *conn) Write(b []byte) (int, error) {
	t := c.host.enter("Conn.Write")
	w := c.host.world
	w.mayWait(t, "Write")
	w.point(t, c)
	for c.writing {
		c.turns = append(c.turns, t)
		w.park(t, waitWrite, c)
	}
	c.writing = true
	n, err := c.write(t, b)
	c.writing = false
	if len(c.turns) > 0 {
		next := c.turns[0]
		c.turns[0] = nil
		c.turns = c.turns[1:]
		w.makeReady(next)
	}
	return n, c.fail("write", err)
}

func (c *conn) write(t *task, b []byte) (int, error) {
	w := c.host.world
	if err := c.writable(); err != nil {
		return 0, err
	}
	cut, split := c.drawFaults(len(b))
	n := 0
	for n < len(b) {
		if err := c.writable(); err != nil {
			return n, err
		}
		room := min(len(b)-n, c.out.credit, maxChunk)
		if cut >= 0 {
			room = min(room, cut-n)
			if cut == n {
				w.strike(fault.Reset, c.host, c.out, "")
				c.reset()
				return n, errReset
			}
		}
		if room == 0 {
			c.writers = append(c.writers, t)
			w.park(t, waitWrite, c)
			continue
		}
		c.put(b[n:n+room], split)
		n += room
	}
	return n, nil
}

// writable returns the error a write gives now.
func (c *conn) writable() error {
	switch {
	case c.gone():
		return net.ErrClosed
	case c.wd.passed:
		return os.ErrDeadlineExceeded
	case c.err != nil:
		return c.err
	case c.out.closed:
		return errPipe
	}
	return nil
}

// drawFaults draws what happens to a write of n bytes: the byte before which the connection is cut, or -1, and whether
// it arrives in pieces.
func (c *conn) drawFaults(n int) (cut int, split bool) {
	w, l, f := c.host.world, c.out.link, &c.host.world.cfg.Faults
	if l.loopback || n == 0 || !w.strikesNow() {
		return -1, false
	}
	cut = -1
	if w.strikes(&l.resets, f.ResetPPM) {
		cut = int(w.choose(&l.resets, uint64(n)))
	}
	return cut, w.strikes(&l.splits, f.SplitPPM)
}

// put sends b as one segment, or as two to four.
func (c *conn) put(b []byte, split bool) {
	w, p := c.host.world, c.out
	p.credit -= len(b)
	if split && len(b) > 1 {
		w.strike(fault.Split, c.host, p, "")
		for range 1 + w.choose(&p.link.splits, 3) {
			if len(b) < 2 {
				break
			}
			n := 1 + int(w.choose(&p.link.splits, uint64(len(b)-1)))
			p.send(segData, w.takeChunk(b[:n]), 0)
			b = b[n:]
		}
	}
	p.send(segData, w.takeChunk(b), 0)
}
