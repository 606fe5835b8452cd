// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// tampering says what happens to the connections that one env or service dials, counted from 0. A connection beyond a
// list is left alone.
type tampering struct {
	Refuse    int           // so many first attempts are refused; negative: all
	CutWrite  []int         // connection i is cut after so many bytes were written by the dialler; 0: not
	CutRead   []int         // connection i is cut after so many bytes were read by the dialler; 0: not
	Mute      int           // what is written to so many first connections gets lost, and nothing comes back
	Pause     time.Duration // before each read by the dialler, which then gets at most PauseEach bytes
	PauseEach int
}

// What a tampered connection ends with.
var (
	errRefused = errors.New("connection refused by the suite")
	errCut     = errors.New("connection cut by the suite")
)

// tamperedNetwork is a Network that a trial puts between one env and its host's own. It fails at places the plan chose,
// where the faults of the world strike at random.
type tamperedNetwork struct {
	api.Network
	t  *trial
	rt api.Runtime

	mu    sync.Mutex // never held across a scheduling point
	plan  tampering
	plain bool // the connections have no optional abilities
	dials int  // attempts
	made  int  // connections
	fired int  // cuts that struck
}

// tamper returns a network over that of h. A plan that does nothing leaves the connections as they are.
func (t *trial) tamper(h Host, plan tampering) *tamperedNetwork {
	return &tamperedNetwork{Network: h.Network(), t: t, rt: h.Runtime(), plan: plan}
}

// Dial refuses, or connects and gives the connection its fate.
func (n *tamperedNetwork) Dial(ctx context.Context, addr string) (net.Conn, error) {
	n.mu.Lock()
	refuse := n.plan.Refuse < 0 || n.dials < n.plan.Refuse
	n.dials++
	n.mu.Unlock()
	if refuse {
		n.t.count(fault.Refuse)
		return nil, &net.OpError{Op: "dial", Net: "tampered", Err: errRefused}
	}
	c, err := n.Network.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	i := n.made
	n.made++
	p := n.plan
	n.mu.Unlock()
	if n.plain {
		return plainConn{c}, nil
	}
	cut := &tamperedConn{Conn: c, n: n, write: at(p.CutWrite, i), read: at(p.CutRead, i), mute: i < p.Mute, pause: p.Pause, each: p.PauseEach}
	if cut.write == 0 && cut.read == 0 && !cut.mute && cut.pause == 0 {
		return c, nil
	}
	return cut, nil
}

func at(list []int, i int) int {
	if i < len(list) {
		return list[i]
	}
	return 0
}

// heal ends the refusals.
func (n *tamperedNetwork) heal() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.plan.Refuse = 0
}

// attempts says how often the network was dialled.
func (n *tamperedNetwork) attempts() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.dials
}

// cuts says how many planned cuts have struck.
func (n *tamperedNetwork) cuts() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.fired
}

// tamperedConn is a dialled connection with a fate. It has none of the optional abilities of a connection, so the stack's
// plain ways are taken too.
type tamperedConn struct {
	net.Conn
	n     *tamperedNetwork
	mute  bool
	pause time.Duration
	each  int

	mu    sync.Mutex // never held across a scheduling point
	write int        // bytes left to write before the cut; 0: no cut
	read  int        // bytes left to read before the cut; 0: no cut
	gone  bool
}

// share takes up to want bytes from what is left before a cut. last says that the cut comes after them.
func (c *tamperedConn) share(left *int, want int) (n int, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if *left == 0 {
		return want, false
	}
	if want < *left {
		*left -= want
		return want, false
	}
	return *left, true
}

// cut closes the connection; the other side may have got everything up to here.
func (c *tamperedConn) cut(op string) error {
	c.mu.Lock()
	first := !c.gone
	c.gone = true
	c.mu.Unlock()
	if first {
		c.n.mu.Lock()
		c.n.fired++
		c.n.mu.Unlock()
		c.n.t.count(fault.Reset)
		_ = c.Conn.Close() // it is gone either way
	}
	return &net.OpError{Op: op, Net: "tampered", Err: errCut}
}

func (c *tamperedConn) Write(b []byte) (int, error) {
	if c.mute {
		c.n.t.count(fault.HalfOpen)
		return len(b), nil
	}
	n, last := c.share(&c.write, len(b))
	n, err := c.Conn.Write(b[:n])
	if err == nil && last {
		err = c.cut("write")
	}
	return n, err
}

func (c *tamperedConn) Read(b []byte) (int, error) {
	if c.pause > 0 {
		c.n.t.count(fault.Delay)
		if err := api.Sleep(context.Background(), c.n.rt, c.pause); err != nil {
			return 0, err
		}
		b = b[:min(len(b), c.each)]
	}
	c.mu.Lock()
	left := c.read
	c.mu.Unlock()
	if left > 0 {
		b = b[:min(len(b), left)]
	}
	n, err := c.Conn.Read(b)
	if _, last := c.share(&c.read, n); left > 0 && n > 0 && last {
		err = c.cut("read")
	}
	return n, err
}
