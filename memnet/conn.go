// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"io"
	"net"
	"os"

	"github.com/twinwire/twinwire/internal/fault"
)

// conn fills net.Conn: one end of a connection.
type conn struct {
	// What every read and write looks at stands together.
	host      *Host
	inc       *incarnation
	in, out   *pipe
	dialling  *waiter // while the request is not answered
	err       error   // the connection is broken
	closed    bool    // by this end
	lost      bool    // this end is gone without telling the other
	readLate  bool    // the read deadline has passed
	writeLate bool    // the write deadline has passed
	writing   bool    // a Write is under way
	accepted  bool    // not dialled
	crowded   bool    // there are more readers
	queued    bool    // there are turns
	end       edge    // what closed this end
	written   edge
	reader    *task    // that waits
	lent      *segment // what the reader has, until its next call
	writes    uint64   // so far

	readers       []*task // more that wait
	turns         []*task // that wait for the end of the write under way
	writers       []*task
	marks         []mark // of the write that is under way
	pendingCut    int64  // bytes still to be written before the connection is cut; 0: it is not
	rd, wd        deadline
	local, remote address
	pos           int                  // in inc.conns, from 1
	scanner       fault.MessageScanner // of what is written, when the plan names messages
	number        uint64               // of the connections between the two hosts, from 1; 0: loopback
	origin        origin               // of who dialled
}

//go:norace
func newConn(h *Host, local, remote address) *conn {
	c := &conn{host: h, inc: h.inc, local: local, remote: remote}
	c.rd.conn, c.wd.conn = c, c
	c.rd.inc, c.wd.inc = h.inc, h.inc
	h.inc.conns = append(h.inc.conns, c)
	c.pos = len(h.inc.conns)
	return c
}

// newPipe makes a direction of the connection c asked for.
//
//go:norace
func (c *conn) newPipe(from, to address) *pipe {
	w := c.host.world
	p := &pipe{link: w.link(from.host, to.host), from: from, to: to, credit: window}
	p.key = mix(mix(from.host.key, uint64(from.port)), mix(to.host.key, uint64(to.port)))
	return p
}

// forget takes the connection off the list of those the host loses in a crash.
//
//go:norace
func (c *conn) forget() {
	if c.pos == 0 {
		return
	}
	conns := c.inc.conns
	last := conns[len(conns)-1]
	conns[c.pos-1] = last
	last.pos = c.pos
	conns[len(conns)-1] = nil
	c.inc.conns = conns[:len(conns)-1]
	c.pos = 0
}

// gone reports whether nobody is there to receive.
//
//go:norace
func (c *conn) gone() bool { return c.closed || c.inc.dead }

// silent reports whether the other end is told, when it sends something, that nobody is there.
//
//go:norace
func (c *conn) silent() bool { return c.gone() || c.lost }

// open reports whether the connection was made and not ended.
//
//go:norace
func (c *conn) open() bool { return c.dialling == nil && !c.gone() && c.err == nil }

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
func (c *conn) ReadArrived() ([]byte, error) {
	t := c.host.enter("Conn.Read")
	w := c.host.world
	w.mayWait(t, "Read")
	c.takeBack()
	for {
		if c.in.unread != nil && !c.readLate && !c.gone() { // as most often
			return c.lend(), nil
		}
		if ready, err := c.readable(1); ready {
			return nil, c.fail("read", err)
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
func (c *conn) ArrivedOrRest() (p []byte, rests bool, err error) {
	if t := c.host.world.cur; t != nil && t.mayRest && c.in.unread == nil {
		if ready, _ := c.readable(1); !ready {
			c.host.enter("Conn.Read")
			c.host.world.mayWait(t, "Read")
			c.takeBack()
			c.awaitInput(t)
			t.waiting, t.on, t.since = waitRead, c, c.host.world.now
			t.rests = true
			return nil, true, nil
		}
	}
	p, err = c.ReadArrived()
	return p, false, err
}

// lend returns the bytes that arrived, if they are in one piece. They stay where they are until takeBack.
//
//go:norace
func (c *conn) lend() []byte {
	p := c.in
	s := p.unread
	if s.next != nil {
		return nil
	}
	acquireWith(s.data)
	b := s.data[p.offset:]
	p.unread, p.offset, c.lent = nil, 0, s
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

// Close sends the end of the stream after what was written. Calls that wait on this end return net.ErrClosed.
//
//go:norace
func (c *conn) Close() error {
	if c.host.enterLate("Conn.Close") == nil {
		return nil
	}
	if c.gone() {
		return c.fail("close", net.ErrClosed)
	}
	if c.err == nil && !c.out.closed {
		c.out.send(segFin, 0)
	}
	c.host.world.note(happening{kind: kindClose, host: c.host, pipe: c.out})
	c.closed, c.out.closed = true, true
	c.end.release()
	c.out.ends.release()
	c.leave()
	return nil
}

// CloseWrite sends the end of the stream; the other direction stays open.
//
//go:norace
func (c *conn) CloseWrite() error {
	if c.host.enterLate("Conn.CloseWrite") == nil {
		return nil
	}
	switch {
	case c.gone():
		return c.fail("close", net.ErrClosed)
	case c.err != nil:
		return c.fail("close", c.err)
	case !c.out.closed:
		c.out.closed = true
		c.out.ends.release()
		c.out.send(segFin, 0)
		c.host.world.wakeAll(&c.writers)
	}
	return nil
}

// leave lets go of what a closed or broken end held.
//
//go:norace
func (c *conn) leave() {
	w := c.host.world
	w.stopTimer(&c.rd.timer)
	w.stopTimer(&c.wd.timer)
	if c.closed {
		c.in.drop()
	}
	c.forget()
	c.wakeReaders()
	w.wakeAll(&c.writers)
}

// broken ends the connection at this end with an error.
//
//go:norace
func (c *conn) broken(err error) {
	if c.dialling != nil {
		c.answered(err)
		return
	}
	if c.gone() || c.err != nil {
		return
	}
	c.err = err
	c.leave()
}

// reset breaks the connection: this end at once, the other when it hears of it, after what was sent.
//
//go:norace
func (c *conn) reset() {
	if !c.open() {
		return
	}
	c.out.send(segReset, 0)
	c.broken(errReset)
}

// LocalAddr returns this end's address.
//
//go:norace
func (c *conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr returns the other end's address.
//
//go:norace
func (c *conn) RemoteAddr() net.Addr { return c.remote }

//go:norace
func (c *conn) String() string { return fmt.Sprintf("%s <-> %s", c.local, c.remote) }

// fail wraps the cause of a failed call; io.EOF and nil stay as they are. What ended the stream happened before.
//
//go:norace
func (c *conn) fail(op string, err error) error {
	if err == nil {
		return nil
	}
	c.end.acquire()
	if c.in != nil {
		c.in.ends.acquire()
	}
	if err == io.EOF { //nolint:errorlint // the bare value is what a reader returns
		return err
	}
	return &net.OpError{Op: op, Net: networkName, Source: c.local, Addr: c.remote, Err: err}
}
