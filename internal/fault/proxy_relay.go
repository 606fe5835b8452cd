// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"context"
	"net"

	"github.com/twinwire/twinwire/api"
)

// ending is how one direction of a relay ended.
type ending int

const (
	finished  ending = iota + 1 // the source has said all it had to say
	broken                      // the source failed
	unheard                     // the destination takes no more
	severed                     // a fault cut the connection
	abandoned                   // the relay was closed
)

// relay is one connection through a proxy: two pipes and what they must agree on.
type relay struct {
	proxy     *Proxy
	near, far net.Conn
	ctx       context.Context // done when the relay is closed
	cancel    context.CancelFunc

	mu      api.Mutex
	ended   int  // pipes
	unheard bool // one of them had nobody to write to
}

func newRelay(p *Proxy, near, far net.Conn) *relay {
	r := &relay{proxy: p, near: near, far: far, mu: p.dice.rt.NewMutex()}
	r.ctx, r.cancel = api.WithCancel(p.ctx, p.dice.rt)
	return r
}

// run relays until both directions have ended, and leaves the proxy.
func (r *relay) run() {
	pipes := api.NewGroup(r.proxy.dice.rt)
	for _, p := range []*pipe{newPipe(r, toTarget), newPipe(r, fromTarget)} {
		pipes.Go("proxy read "+r.proxy.name, func() error { p.fill(); return nil })
		pipes.Go("proxy write "+r.proxy.name, func() error { p.drain(); return nil })
	}
	pipes.Wait(context.Background()) //nolint:errcheck // the tasks return nil, and the wait has no end of its own
	r.close()
	r.proxy.remove(r)
}

// end is told how a pipe to dst ended. A connection whose end did not hear everything is cut at the other end too, but
// not before what that one has still to get has arrived, which is what TCP does.
func (r *relay) end(dst net.Conn, how ending) {
	r.mu.Lock()
	r.ended++
	last := r.ended == 2
	r.unheard = r.unheard || how == unheard
	deaf := r.unheard
	r.mu.Unlock()
	switch {
	case how == severed, how == broken, last && deaf:
		r.cut()
	case last:
		r.close()
	case how == finished:
		r.closeWrite(dst)
	}
}

// halfCloser is a connection that can end one direction.
type halfCloser interface{ CloseWrite() error }

// closeWrite tells dst that there is no more. Where connections have no half-close, the source is closed altogether.
func (r *relay) closeWrite(dst net.Conn) {
	if c, ok := dst.(halfCloser); ok {
		c.CloseWrite() //nolint:errcheck // a connection that has failed is noticed by the pipes
		return
	}
	r.close()
}

// cut ends both connections so that both ends see an error.
func (r *relay) cut() {
	r.cancel()
	abort(r.near)
	abort(r.far)
}

func (r *relay) close() {
	r.cancel()
	r.near.Close()
	r.far.Close()
}

// lingerer is a connection that can be closed by a reset.
type lingerer interface{ SetLinger(seconds int) error }

// abort closes c by a reset, where it can.
func abort(c net.Conn) {
	if l, ok := c.(lingerer); ok {
		l.SetLinger(0) //nolint:errcheck // of a connection that is closed already
	}
	c.Close()
}
