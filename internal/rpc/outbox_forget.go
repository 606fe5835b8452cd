// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// errOutboxForgotten says that a message must go to the next outbox of its address.
var errOutboxForgotten = errors.New("outbox: forgotten")

// forget drops the outbox of a connection that has ended, or the one without a connection if c is nil, unless messages
// wait for the next: so an env keeps nothing of those it once talked to.
func (e *Env) forget(c *transport.Client, address api.RpcAddress) {
	e.mu.Lock()
	defer e.mu.Unlock()
	o := e.outboxes[address]
	if o == nil || !o.leave(c) {
		return
	}
	delete(e.outboxes, address)
	e.recent.CompareAndSwap(o, nil)
}

// leave has the outbox forget its connection, if that is c, and reports whether it is of no more use.
func (o *outbox) leave(c *transport.Client) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.client != c {
		return false
	}
	o.client = nil
	o.direct.Store(nil)
	if len(o.queue) > 0 || o.connecting || o.draining || o.stopped != nil {
		return false
	}
	o.stopped = errOutboxForgotten
	return true
}

// post gives a message to an outbox, or to the one that has come in its place.
func (e *Env) post(o *outbox, m outMessage) error {
	for {
		err := o.send(m)
		if err != errOutboxForgotten { //nolint:errorlint // never wrapped
			return err
		}
		if o, err = e.outboxTo(&o.address); err != nil {
			return err
		}
	}
}
