// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"net"
	"time"
)

// deadline is the read or the write deadline of a connection, in virtual time.
type deadline struct {
	timer
	conn *conn
}

//go:norace
func (d *deadline) fire(w *World) {
	d.conn.impaired = true
	if d == &d.conn.rd {
		d.conn.readLate = true
		d.conn.wakeReaders()
	} else {
		d.conn.writeLate = true
		w.wakeAll(&d.conn.writers)
	}
}

// set moves the deadline; the zero time takes it away.
//
//go:norace
func (d *deadline) set(at time.Time) {
	w := d.conn.host.world
	w.stopTimer(&d.timer)
	if d == &d.conn.rd {
		d.conn.readLate = false
	} else {
		d.conn.writeLate = false
	}
	d.conn.impaired = d.conn.unusual()
	if at.IsZero() {
		return
	}
	left := at.Sub(w.epoch) - time.Duration(d.conn.host.now())
	if at.Before(w.foreign) {
		left = w.foreignRest(d.conn.host, at)
	}
	if left <= 0 {
		d.fire(w)
		return
	}
	d.who = d
	w.startTimer(&d.timer, w.at(left))
}

// foreignRest translates a deadline made by the machine's clock, as crypto/tls makes one: past, or so many whole seconds
// from now. The first of a host is reported.
//
//go:norace
func (w *World) foreignRest(h *Host, at time.Time) time.Duration {
	rest := time.Until(at)
	if rest <= 0 {
		return 0
	}
	if !h.foreign {
		h.foreign = true
		w.note(happening{kind: kindForeign, host: h})
	}
	return max(rest.Round(time.Second), time.Second)
}

// SetDeadline sets both deadlines, in virtual time.
//
//go:norace
func (c *conn) SetDeadline(at time.Time) error { return c.setDeadlines(at, &c.rd, &c.wd) }

// SetReadDeadline bounds reads, those that wait included.
//
//go:norace
func (c *conn) SetReadDeadline(at time.Time) error { return c.setDeadlines(at, &c.rd) }

// SetWriteDeadline bounds writes, those that wait included.
//
//go:norace
func (c *conn) SetWriteDeadline(at time.Time) error { return c.setDeadlines(at, &c.wd) }

//go:norace
func (c *conn) setDeadlines(at time.Time, ds ...*deadline) error {
	if c.host.enterLate("Conn.SetDeadline") == nil {
		return nil
	}
	if c.gone() {
		return c.fail("set", net.ErrClosed)
	}
	for _, d := range ds {
		d.set(at)
	}
	return nil
}
