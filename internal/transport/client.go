// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"net"
	"runtime/debug"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// Client is one connection, seen from either end: Spark's TransportClient and TransportChannelHandler. Whoever holds it
// may send requests; its reading task serves the other side's. It is made by a [ClientFactory] or a [Server], and safe
// for concurrent use.
//
// Its parts are one piece of memory, and in each stands first what every message looks at: who has many connections has
// little of them in the processor's caches.
type Client struct {
	taker    RequestTaker // the handler, if it is one
	drainer  Drainer      // likewise
	attached any          // what the handler keeps with the connection
	parting  atomic.Bool  // nothing is served any more
	shaking  atomic.Bool  // bootstraps run: an answer may change how what stands behind it is read
	retired  atomic.Bool  // no new requests
	active   bool         // the handler knows of the connection; this and the next four are the reading task's
	rests    bool         // it waits, or did just now, without a stack
	took     bool         // the handler has been given something since its Work
	gathered int32        // chunks and streams that it is to write
	answers  []rpcAnswer  // that were read together
	holding  atomic.Int32 // requests for chunks that are not written yet; changed with the writer's mu held
	calling  atomic.Bool  // the callback of a chunk runs
	turns    readingTurns

	in      reader
	shared  *shared
	flush   func() // what the writing task runs
	out     writer
	handler RpcHandler
	remote  string // host:port as dialled, or the socket's remote address
	replies responseHandler
	idle    idleCheck

	mu      api.Mutex
	closing bool
	ended   bool // the reading task has told everybody
	cause   error
	onEnd   []func()
	linger  api.Timer
}

func newClient(s *shared, conn net.Conn, remote string) *Client {
	c := &Client{shared: s, remote: remote, mu: s.rt.NewMutex()}
	c.in.init(s, conn)
	c.out.init(s, conn, &c.in.quiet, c)
	c.flush = c.out.flush
	c.replies.init(s.rt, c.out.mu, &c.holding)
	c.idle.init(c)
	c.in.idle = &c.idle
	return c
}

// start begins reading; h serves the other side's requests.
func (c *Client) start(h RpcHandler) {
	c.handler = h
	c.drainer, _ = h.(Drainer)
	c.taker, _ = h.(RequestTaker)
	c.idle.start()
	c.goRead()
}

// Remote is the peer's address, host:port: as dialled, or as the socket names it.
func (c *Client) Remote() string { return c.remote }

// Runtime is the world the connection is in.
func (c *Client) Runtime() api.Runtime { return c.shared.rt }

// Attach keeps v with the connection, for its handler, which calls it in Active.
func (c *Client) Attach(v any) { c.attached = v }

// Attached returns what Attach kept.
func (c *Client) Attached() any { return c.attached }

// IsActive reports whether the connection may be used for new requests.
func (c *Client) IsActive() bool { return !c.retired.Load() }

// Quiet reports whether little comes in: then it waits without a buffer.
func (c *Client) Quiet() bool { return c.in.quiet.Load() }

// Congested reports whether a request would have to wait for room.
func (c *Client) Congested() bool { return c.out.pending.tight.Load() }

// Outstanding is how many requests of this side wait for a reply.
func (c *Client) Outstanding() int { return c.replies.outstanding() }

// InstallCipher makes cipher cover every byte after the messages sent and received so far. Call it from a handler of the
// connection or from a callback of a [ClientBootstrap], which run between two messages.
func (c *Client) InstallCipher(cipher Cipher) error {
	c.out.install(cipher)
	return c.in.install(cipher)
}

// Keep makes a part of the body of the request that is being handled the handler's for good. A handler calls it from
// Receive, once.
func (c *Client) Keep(part []byte) []byte { return c.in.keep(part) }

// goRead starts a reading task, which may rest where the world has such tasks.
func (c *Client) goRead() {
	if r, ok := c.shared.rt.(api.Rester); ok {
		r.GoResting("connection "+c.remote, c)
		return
	}
	c.shared.rt.Go("connection "+c.remote, c.GoOn)
}

// GoOn implements api.RestingTask: it is the reading task. It reads until the connection ends, the task rests, or another is
// the reading task.
func (c *Client) GoOn() {
	if !c.active {
		c.active = true
		c.handler.Active(c)
	}
	for {
		switch err := c.serve(); err.(type) { //nolint:errorlint // states, never wrapped
		case resting, relieved:
			return
		case panicked:
		default:
			c.goDown(err)
			return
		}
	}
}

// goDown ends the connection, which cannot be read on.
func (c *Client) goDown(err error) {
	c.drained()
	err = c.in.ended(c.part(err))
	c.in.close()
	c.abort(err)
	c.out.close() // who else closes the connection may not have come to that
	c.out.stopped()
	c.mu.Lock()
	cause := c.cause
	c.mu.Unlock()
	c.end(&ConnectionError{Op: "connection", Remote: c.remote, Cause: cause})
}

// serve reads and handles frames until the connection ends, or the application panics over a request: that is a failure like
// another, as an exception is in Spark. It waits for input itself, for each function between would cost something when it goes
// on.
func (c *Client) serve() (err error) {
	var serving RpcReply
	defer func() {
		if serving.c == nil {
			return
		}
		if p := recover(); p != nil {
			serving.Inline().Failure(&PanicError{Value: p, Stack: debug.Stack()})
			err = panicked{}
		}
	}()
	var payload []byte
	var ok bool
	if c.rests {
		c.rests = false
		payload, ok, err = c.in.alone(c.in.arrived.ReadArrived())
	}
	for err == nil {
		if !ok && c.in.decoder.Buffered() >= wire.FrameHeaderLen {
			if payload, ok, err = c.in.decoder.Next(); err != nil {
				err = c.skipOversized(err)
				continue
			}
		}
		switch {
		case c.parting.Load():
			err = errParting
		case ok:
			ok = false
			if wire.PeekType(payload).IsRequest() {
				err = c.serveRequest(payload, &serving)
			} else {
				err = c.takeReply(payload)
			}
		default:
			var again bool
			if again, err = c.more(); again || err != nil {
				continue
			}
			if !c.in.lends() {
				err = c.in.readOn()
				continue
			}
			var p []byte
			if p, c.rests, err = c.in.arrived.ArrivedOrRest(); c.rests {
				return resting{}
			}
			payload, ok, err = c.in.alone(p, err)
		}
	}
	return err
}

// more does what is to be done when no complete frame is there, before more is read. A large chunk is received in place, and
// there may be a frame again.
func (c *Client) more() (again bool, err error) {
	if len(c.answers) > 0 {
		c.handOut()
	}
	if c.holding.Load() > 0 {
		c.payHeld()
	}
	if c.gathered > 0 && c.writeGathered() {
		return false, relieved{}
	}
	if c.took {
		c.took = false
		if c.drainer != nil && c.drainer.Work(c) {
			return false, relieved{}
		}
	}
	if c.in.decoder.Buffered() >= chunkStart {
		return c.takeLargeChunk()
	}
	return false, nil
}

// panicked ends the part of a reading task in which the application panicked over a request.
type panicked struct{}

func (panicked) Error() string { return "the application panicked" }

// relieved ends the part of a reading task that another has relieved.
type relieved struct{}

func (relieved) Error() string { return "another task reads the connection" }

// resting ends the part of a reading task that is called again when there is something to read.
type resting struct{}

func (resting) Error() string { return "the task rests" }

// drained hands out what was gathered, for the reading task is about to wait, or may be.
func (c *Client) drained() {
	c.handOut()
	c.payHeld()
	if c.drainer != nil {
		c.drainer.Drained(c)
	}
}
