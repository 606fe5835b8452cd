// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"io"
	"net"
	"os"
)

// Read returns what has arrived, waiting for at least one byte. Bytes that arrived before a reset are read first.
//
//go:norace
func (c *conn) Read(b []byte) (int, error) {
	t := c.host.enter("Conn.Read")
	w := c.host.world
	w.mayWait(t, "Read")
	c.takeBack()
	for {
		if c.in.unread != nil && !c.readLate && !c.gone() { // as most often
			return c.in.read(b), nil
		}
		if ready, err := c.readable(len(b)); ready {
			if err != nil {
				return 0, c.fail("read", err)
			}
			return c.in.read(b), nil
		}
		c.awaitInput(t)
		w.park(t, waitRead, c)
	}
}

// ReadArrived implements api.ArrivedReader. It is one call of Read to whom a blocked call is shown.
//
//go:norace
//go:nosplit
func (c *conn) ReadArrived() ([]byte, error) {
	w := c.host.world
	t := w.cur
	if c.impaired || c.in.unread == nil || t == nil || w.verify {
		return c.awaitArrived()
	}
	w.mayWait(t, "Read")
	c.takeBack()
	return c.lend(), nil
}

// awaitArrived is ReadArrived where nothing has arrived, or there is more to look at.
//
//go:norace
func (c *conn) awaitArrived() ([]byte, error) {
	t := c.host.enter("Conn.Read")
	w := c.host.world
	w.mayWait(t, "Read")
	c.takeBack()
	for {
		if ready, err := c.readable(1); err != nil {
			return nil, c.fail("read", err)
		} else if ready {
			return c.lend(), nil
		}
		c.awaitInput(t)
		if to := w.suspend(t, waitRead, c); to != nil { // park, without a frame of its own
			if to.turns() {
				to.goIn()
			} else {
				to.goOut()
			}
		}
		w.resumed(t)
	}
}

// ArrivedOrRest implements api.ArrivedReader.
//
//go:norace
//go:nosplit
func (c *conn) ArrivedOrRest() (p []byte, rests bool, err error) {
	w := c.host.world
	t := w.cur
	if t == nil || w.verify || c.impaired {
		return c.arrivedOrRest()
	}
	w.mayWait(t, "Read")
	c.takeBack()
	switch in := c.in; {
	case in.unread != nil:
		return c.lend(), false, nil
	case !t.mayRest() || in.fin:
		p, err = c.ReadArrived()
		return p, false, err
	}
	c.awaitInput(t)
	t.waiting, t.on, t.since = waitRead, c, w.now
	t.rests = true
	return nil, true, nil
}

// arrivedOrRest is ArrivedOrRest where there is more to look at.
//
//go:norace
func (c *conn) arrivedOrRest() (p []byte, rests bool, err error) {
	w := c.host.world
	if t := w.cur; t != nil && t.mayRest() && c.in.unread == nil {
		if ready, _ := c.readable(1); !ready {
			c.host.enter("Conn.Read")
			w.mayWait(t, "Read")
			c.takeBack()
			c.awaitInput(t)
			t.waiting, t.on, t.since = waitRead, c, w.now
			t.rests = true
			return nil, true, nil
		}
	}
	p, err = c.ReadArrived()
	return p, false, err
}

// lend returns the bytes of the first piece that arrived. They stay where they are until takeBack.
//
//go:norace
func (c *conn) lend() []byte {
	p := c.in
	s := p.unread
	acquireWith(s.data)
	b := s.data[p.offset:]
	p.unread, p.offset, c.lent = s.next, 0, s
	p.free(len(b))
	return b
}

// takeBack ends what was lent.
//
//go:norace
func (c *conn) takeBack() {
	if c.lent != nil {
		c.host.world.giveSegment(c.lent)
		c.lent = nil
	}
}

// awaitInput puts the task among those that wait for input.
//
//go:norace
func (c *conn) awaitInput(t *task) {
	if c.reader == nil {
		c.reader = t
		return
	}
	c.readers, c.crowded = append(c.readers, t), true
}

// wakeReaders makes every task ready that waits for input.
//
//go:norace
//go:nosplit
func (c *conn) wakeReaders() {
	t := c.reader
	if t == nil {
		return
	}
	w := c.host.world
	c.reader = nil
	w.makeReady(t)
	if c.crowded {
		c.crowded = false
		w.wakeAll(&c.readers)
	}
}

// readable reports whether a read of n bytes would return at once, and with which error.
//
//go:norace
func (c *conn) readable(n int) (bool, error) {
	switch {
	case c.gone():
		return true, net.ErrClosed
	case c.readLate:
		return true, os.ErrDeadlineExceeded
	case n == 0 || c.in.unread != nil:
		return true, nil
	case c.err != nil:
		return true, c.err
	case c.in.fin:
		return true, io.EOF
	}
	return false, nil
}

// WaitReadable implements api.ReadWaiter.
//
//go:norace
func (c *conn) WaitReadable() error {
	t := c.host.enter("Conn.WaitReadable")
	w := c.host.world
	w.mayWait(t, "WaitReadable")
	for {
		if ready, err := c.readable(1); ready {
			return c.fail("read", err)
		}
		c.awaitInput(t)
		w.park(t, waitRead, c)
	}
}
