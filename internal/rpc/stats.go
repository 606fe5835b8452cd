// SPDX-License-Identifier: Apache-2.0

package rpc

import "github.com/twinwire/twinwire/api"

// Stats implements api.RpcEnv. The counts are read one after another while the env goes on.
func (e *Env) Stats() api.RpcEnvStats {
	s := api.RpcEnvStats{Replies: e.stats.replies.Load(), Failures: e.stats.failures.Load()} // before Asks: what is pending is never negative
	s.Sends, s.Asks, s.Delivered = e.stats.sends.Load()+e.clients.Frames(), e.stats.asks.Load(), e.stats.delivered.Load()
	s.ConnectRetries, s.OutboxDropped = e.stats.connectRetries.Load(), e.stats.outboxDropped.Load()
	s.Unreadable, s.Undelivered = e.stats.unreadable.Load(), e.stats.undelivered.Load()
	s.PendingAsks = int(s.Asks - s.Replies - s.Failures)
	s.Watches = int(e.stats.watches.Load())
	s.OpenConnections = e.clients.Open() + e.downloads.Open()
	if e.server != nil {
		s.OpenConnections += e.server.Open()
	}
	s.Endpoints, s.PendingMessages = e.dispatcher.load()
	for _, o := range e.allOutboxes() {
		o.mu.Lock()
		s.OutboxMessages += len(o.queue)
		s.OutboxBytes += o.bytes
		o.mu.Unlock()
	}
	return s
}

// delivered is what a message that is handled counts for: an event is none.
func delivered(m *message) uint64 {
	switch m.kind {
	case oneWay, oneWays, ask:
		return uint64(m.count())
	}
	return 0
}

// deliveries is what the first most of messages count for together: those of a batch are counted at once, before they are
// handled.
func deliveries(messages []message, most int) (n uint64) {
	for i := 0; i < len(messages) && most > 0; i++ {
		m := &messages[i]
		n += min(delivered(m), uint64(most))
		most -= m.count()
	}
	return n
}

// load is how many endpoints have not stopped, and how many messages wait for those that are registered.
func (d *dispatcher) load() (endpoints, messages int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, in := range d.endpoints { // a sum: their order does not matter
		in.mu.Lock()
		messages += in.queue.count() + in.left()
		in.mu.Unlock()
	}
	return d.alive, messages
}
