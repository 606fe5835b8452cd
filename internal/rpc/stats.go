// SPDX-License-Identifier: Apache-2.0

package rpc

import "github.com/twinwire/twinwire/api"

// Stats implements api.RpcEnv. The counts are read one after another while the env goes on.
func (e *Env) Stats() api.RpcEnvStats {
	s := api.RpcEnvStats{Replies: e.stats.replies.Load(), Failures: e.stats.failures.Load()} // before Asks: what is pending is never negative
	s.Sends, s.Asks = e.stats.sends.Load()+e.clients.Frames(), e.stats.asks.Load()
	s.ConnectRetries, s.OutboxDropped = e.stats.connectRetries.Load(), e.stats.outboxDropped.Load()
	s.Unreadable, s.Undelivered = e.stats.unreadable.Load(), e.stats.undelivered.Load()
	s.PendingAsks = int(s.Asks - s.Replies - s.Failures)
	s.Watches = int(e.stats.watches.Load())
	s.OpenConnections = e.clients.Open() + e.downloads.Open()
	if e.server != nil {
		s.OpenConnections += e.server.Open()
	}
	s.Endpoints, s.PendingMessages, s.Delivered = e.dispatcher.load()
	for _, o := range e.allOutboxes() {
		o.mu.Lock()
		s.OutboxMessages += len(o.queue)
		s.OutboxBytes += o.bytes
		o.mu.Unlock()
	}
	return s
}

// load is how many endpoints have not stopped, how many messages wait for those that are registered, and how many any was
// handed.
func (d *dispatcher) load() (endpoints, messages int, delivered uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, in := range d.endpoints { // a sum: their order does not matter
		in.mu.Lock()
		messages += in.queue.count() + in.left()
		delivered += in.deliveredLocked()
		in.mu.Unlock()
	}
	for in := range d.ending {
		delivered += in.delivered()
	}
	return d.alive, messages, d.delivered + delivered
}

// delivered is how many messages were taken for the endpoint, events aside.
func (in *inbox) delivered() uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.deliveredLocked()
}

func (in *inbox) deliveredLocked() uint64 { return uint64(in.state.fetched() - in.events) }
