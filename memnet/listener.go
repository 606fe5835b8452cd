// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"net"
)

// backlog is how many connections wait to be accepted; further ones are refused.
const backlog = 4096

// listener fills net.Listener.
type listener struct {
	inc     *incarnation
	addr    address
	queue   []*conn
	waiting []*task
	end     edge
	closed  bool
}

// Accept waits for a connection.
//
//go:norace
func (l *listener) Accept() (net.Conn, error) {
	h := l.inc.host
	t := h.enter("Listener.Accept")
	w := h.world
	w.mayWait(t, "Accept")
	for {
		if l.closed || l.inc.dead {
			l.end.acquire()
			return nil, &net.OpError{Op: "accept", Net: networkName, Addr: l.addr, Err: net.ErrClosed}
		}
		if len(l.queue) > 0 {
			c := l.queue[0]
			l.queue[0] = nil
			l.queue = l.queue[1:]
			c.in.ends.acquire()
			w.note(happening{kind: kindAccept, host: h, pipe: c.in})
			return c, nil
		}
		l.waiting = append(l.waiting, t)
		w.park(t, waitAccept, l.addr)
	}
}

// offer lets a connection be accepted.
//
//go:norace
func (l *listener) offer(c *conn) {
	l.queue = append(l.queue, c)
	l.inc.host.world.wakeAll(&l.waiting)
}

// Close stops listening. Connections nobody accepted are reset.
//
//go:norace
func (l *listener) Close() error {
	h := l.inc.host
	if h.enterLate("Listener.Close") == nil {
		return nil
	}
	if l.closed {
		return &net.OpError{Op: "close", Net: networkName, Addr: l.addr, Err: net.ErrClosed}
	}
	l.closed = true
	l.end.release()
	if !l.inc.dead {
		l.inc.listeners.remove(l)
	}
	for _, c := range l.queue {
		c.reset()
	}
	l.queue = nil
	h.world.wakeAll(&l.waiting)
	return nil
}

// Addr returns where the listener listens.
//
//go:norace
func (l *listener) Addr() net.Addr { return l.addr }

//go:norace
func (l *listener) String() string { return fmt.Sprint(l.addr) }

// listenerTable holds the listeners of an incarnation, which are few. Tasks share it without a lock, so it is no map: see
// keyTable.
type listenerTable []*listener

// at returns the listener at a port, nil if there is none.
//
//go:norace
func (all listenerTable) at(port int) *listener {
	for _, l := range all {
		if l.addr.port == port {
			return l
		}
	}
	return nil
}

//go:norace
func (all *listenerTable) remove(l *listener) {
	for i, o := range *all {
		if o == l {
			last := len(*all) - 1
			(*all)[i] = (*all)[last]
			*all = (*all)[:last]
			return
		}
	}
}
