// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"io"
	"net"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// Client is one connection, seen from either end: Spark's TransportClient and TransportChannelHandler. Whoever holds it
// may send requests; its reading task serves the other side's. It is made by a [ClientFactory] or a [Server], and safe
// for concurrent use.
type Client struct {
	rt      api.Runtime
	conn    net.Conn
	cfg     Config
	remote  string // host:port as dialled, or the socket's remote address
	handler RpcHandler
	out     *writer
	flush   func() // what the writing task runs
	replies *responseHandler
	idle    *idleCheck

	received atomic.Uint64 // bytes read, for the idle check

	decoder wire.FrameDecoder // the reading task's
	cipher  Cipher            // the reading task's
	sealed  []byte            // the reading task's

	mu       api.Mutex
	attached any // what the handler keeps with the connection
	closing  bool
	timedOut bool // no longer for the pool
	ended    bool // the reading task has told everybody
	cause    error
	onEnd    []func()
}

func newClient(rt api.Runtime, conn net.Conn, cfg Config, remote string) *Client {
	c := &Client{rt: rt, conn: conn, cfg: cfg, remote: remote, mu: rt.NewMutex()}
	c.decoder.MaxPayload = cfg.MaxPayload
	c.out = newWriter(rt, conn, c.abort)
	c.flush = c.out.flush
	c.replies = newResponseHandler(rt, remote)
	c.idle = newIdleCheck(c)
	return c
}

// start begins reading; h serves the other side's requests.
func (c *Client) start(h RpcHandler) {
	c.handler = h
	c.idle.start()
	c.rt.Go("connection "+c.remote, c.read)
}

// Remote is the peer's address, host:port: as dialled, or as the socket names it.
func (c *Client) Remote() string { return c.remote }

// Local is this end's address as the socket names it.
func (c *Client) Local() string { return c.conn.LocalAddr().String() }

// Runtime is the world the connection is in.
func (c *Client) Runtime() api.Runtime { return c.rt }

// Attach keeps v with the connection, for its handler.
func (c *Client) Attach(v any) {
	c.mu.Lock()
	c.attached = v
	c.mu.Unlock()
}

// Attached returns what Attach kept.
func (c *Client) Attached() any {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.attached
}

// IsActive reports whether the connection may be used for new requests.
func (c *Client) IsActive() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.closing && !c.timedOut
}

// Outstanding is how many requests of this side wait for a reply.
func (c *Client) Outstanding() int { return c.replies.outstanding() }

// Close closes the connection. What waits for a reply fails; it does not wait for that.
func (c *Client) Close() { c.abort(nil) }

// Finish closes the connection once what was handed to it is written.
func (c *Client) Finish() { c.out.finish() }

// InstallCipher makes cipher cover every byte after the messages sent and received so far. Call it from a callback or
// handler of the connection, which run between two messages.
func (c *Client) InstallCipher(cipher Cipher) error {
	c.out.install(cipher)
	c.cipher = cipher
	rest := append([]byte(nil), c.decoder.TakeRaw(int64(c.decoder.Buffered()))...)
	return c.open(rest)
}

// abort closes the connection for cause; the first cause counts.
func (c *Client) abort(cause error) {
	c.mu.Lock()
	if c.closing {
		c.mu.Unlock()
		return
	}
	c.closing, c.cause = true, cause
	c.mu.Unlock()
	c.conn.Close() //nolint:errcheck // there is nothing to do about it
	c.out.close()
}

// awaitEnd calls f once the reading task has told everybody that the connection ended; now, if it has.
func (c *Client) awaitEnd(f func()) {
	c.mu.Lock()
	ended := c.ended
	if !ended {
		c.onEnd = append(c.onEnd, f)
	}
	c.mu.Unlock()
	if ended {
		f()
	}
}

// read is the reading task.
func (c *Client) read() {
	c.handler.Active(c)
	err := c.serve()
	if err == io.EOF {
		err = nil
	}
	c.abort(err)
	c.mu.Lock()
	cause := c.cause
	c.mu.Unlock()
	c.end(&ConnectionError{Op: "connection", Remote: c.remote, Cause: cause})
}

// end tells everybody that the connection ended.
func (c *Client) end(cause error) {
	c.idle.stop()
	c.replies.failAll(cause)
	c.handler.Inactive(c, cause)
	c.mu.Lock()
	c.ended = true
	tell := c.onEnd
	c.onEnd = nil
	c.mu.Unlock()
	for _, f := range tell {
		f()
	}
}

// serve reads and handles frames until the connection ends.
func (c *Client) serve() error {
	for {
		payload, ok, err := c.decoder.Next()
		if err != nil {
			return err
		}
		if !ok {
			if err := c.fill(); err != nil {
				return err
			}
			continue
		}
		if err := c.handle(payload); err != nil {
			return err
		}
	}
}

func (c *Client) handle(payload []byte) error {
	if wire.PeekType(payload).IsRequest() {
		return c.serveRequest(payload)
	}
	return c.takeReply(payload)
}

// fill is the one place through which bytes come in.
func (c *Client) fill() error {
	if c.cipher == nil {
		n, err := c.conn.Read(c.decoder.Buffer(readAtLeast))
		c.decoder.Filled(n)
		c.received.Add(uint64(n))
		if n > 0 {
			return nil
		}
		return err
	}
	if c.sealed == nil {
		c.sealed = make([]byte, wire.BufferSize)
	}
	n, err := c.conn.Read(c.sealed)
	c.received.Add(uint64(n))
	if n == 0 {
		return err
	}
	return c.open(c.sealed[:n])
}

func (c *Client) open(sealed []byte) error {
	plain, err := c.cipher.Open(nil, sealed)
	if err != nil {
		return err
	}
	c.decoder.Feed(plain)
	return nil
}

// raw reads n raw bytes behind the current frame and hands them to consume in pieces, each valid for the call.
func (c *Client) raw(n int64, consume func(p []byte) error) error {
	for n > 0 {
		p := c.decoder.TakeRaw(n)
		if p == nil {
			if err := c.fill(); err != nil {
				if err == io.EOF {
					err = io.ErrUnexpectedEOF
				}
				return err
			}
			continue
		}
		n -= int64(len(p))
		if err := consume(p); err != nil {
			return err
		}
	}
	return nil
}
