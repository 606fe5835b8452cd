// SPDX-License-Identifier: Apache-2.0

package transport

import "errors"

// Close closes the connection. What waits for a reply fails; it does not wait for that.
func (c *Client) Close() { c.abort(nil) }

// Finish closes the connection once what was handed to it is written and the peer has had time to take it. Nothing more
// is sent or served.
func (c *Client) Finish() {
	c.retire()
	c.out.finish()
}

// retire keeps the pool from handing the client out.
func (c *Client) retire() {
	c.retired.Store(true)
}

// halfClose is called after the last write. It ends this side's stream and leaves the peer lingerTime to end its own:
// closing at once would, if anything from the peer had not been read, reset the connection, and what the peer has not
// read yet would be lost.
func (c *Client) halfClose() {
	half, ok := c.in.conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		c.abort(nil)
		return
	}
	c.mu.Lock()
	if !c.closing {
		c.linger = c.shared.rt.AfterFunc(lingerTime, func() { c.abort(nil) })
	}
	c.mu.Unlock()
	c.parting.Store(true)
}

// errParting ends serving on a connection that is only read to its end.
var errParting = errors.New("the connection is being closed")

// refusal is an error of serving that the peer was told of: the connection is closed so that it can hear of it.
type refusal struct{ cause error }

func (e *refusal) Error() string { return e.cause.Error() }
func (e *refusal) Unwrap() error { return e.cause }

// part brings the connection to its end after serving ended with err, and returns why it ended.
func (c *Client) part(err error) error {
	if refused, ok := err.(*refusal); ok { //nolint:errorlint // made by serveUpload, never wrapped
		timer := c.shared.rt.AfterFunc(lingerTime, func() { c.abort(refused.cause) })
		defer timer.Stop()
		c.Finish()
		_ = c.in.discard(lingerBytes) // it ends with the connection
		return refused.cause
	}
	if err == errParting { //nolint:errorlint // a state, never wrapped
		_ = c.in.discard(lingerBytes) // it ends with the connection
		return nil
	}
	return err
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
	c.retire()
	c.parting.Store(true)
	c.in.conn.Close() // there is nothing to do about it
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

// end tells everybody that the connection ended.
func (c *Client) end(cause error) {
	c.idle.stop()
	c.replies.failAll(cause)
	c.handler.Inactive(c, cause)
	c.mu.Lock()
	c.ended = true
	tell, linger := c.onEnd, c.linger
	c.onEnd = nil
	c.mu.Unlock()
	if linger != nil {
		linger.Stop()
	}
	for _, f := range tell {
		f()
	}
}
