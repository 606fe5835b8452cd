// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"io"
	"net"

	"github.com/twinwire/twinwire/internal/fault"
)

// conn fills net.Conn: one end of a connection.
type conn struct {
	// What every read and write looks at stands together.
	host      *Host
	in, out   *pipe
	closed    bool     // by this end
	lost      bool     // this end is gone without telling the other
	readLate  bool     // the read deadline has passed
	writeLate bool     // the write deadline has passed
	impaired  bool     // unusual, or it was
	writing   bool     // a Write is under way
	crowded   bool     // there are more readers
	queued    bool     // there are turns
	reader    *task    // that waits
	lent      *segment // what the reader has, until its next call
	writes    uint64   // so far
	end       edge     // what closed this end
	written   edge

	inc           *incarnation
	dialling      *waiter // while the request is not answered
	err           error   // the connection is broken
	readers       []*task // more that wait
	turns         []*task // that wait for the end of the write under way
	writers       []*task
	marks         []mark // of the write that is under way
	pendingCut    int64  // bytes still to be written before the connection is cut; 0: it is not
	rd, wd        deadline
	local, remote address
	pos           int32                // in inc.conns, from 1
	accepted      bool                 // not dialled
	scanner       fault.MessageScanner // of what is written, when the plan names messages
	number        uint64               // of the connections between the two hosts, from 1; 0: loopback
	origin        origin               // of who dialled
}

//go:norace
func newConn(h *Host, local, remote address) *conn {
	c := &conn{host: h, inc: h.inc, local: local, remote: remote, impaired: h.inc.dead}
	c.rd.conn, c.wd.conn = c, c
	c.rd.inc, c.wd.inc = h.inc, h.inc
	h.inc.conns = append(h.inc.conns, c)
	c.pos = int32(len(h.inc.conns))
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

// unusual reports whether there is something for which calls and arrivals have to look closer.
//
//go:norace
func (c *conn) unusual() bool {
	return c.silent() || c.err != nil || c.readLate || c.writeLate || c.out.closed
}

// silent reports whether the other end is told, when it sends something, that nobody is there.
//
//go:norace
func (c *conn) silent() bool { return c.gone() || c.lost }

// open reports whether the connection was made and not ended.
//
//go:norace
func (c *conn) open() bool { return c.dialling == nil && !c.gone() && c.err == nil }

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
	c.closed, c.out.closed, c.impaired = true, true, true
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
		c.out.closed, c.impaired = true, true
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
	c.err, c.impaired = err, true
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
//go:noinline
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
