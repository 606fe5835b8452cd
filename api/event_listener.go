// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// EventListener hears what an env or a block transfer service does that an operator wants to know: set it in
// [RpcEnvConfig.Listener] or [BlockTransferConfig.Listener]. A nil field costs nothing, and so does a nil listener.
//
// The functions are called by the stack's own tasks, several at once, in the order of the events of one connection or
// endpoint and with no lock held. They hold up what they are told of, so they should be quick; they may call the env.
// A panic of theirs is the program's, as in a task of its own: nothing recovers it. What an error's own methods do is the
// listener's affair too: those of a handler's may panic, and fmt prints them all the same.
// The struct is copied when the env is made: changes after that have no effect.
type EventListener struct {
	ConnectionOpened  func(ConnectionOpened)
	ConnectionClosed  func(ConnectionClosed)
	ConnectFailed     func(ConnectFailed)
	AskFailed         func(AskFailed)
	MessageDropped    func(MessageDropped)
	MessageUnreadable func(MessageUnreadable)
	EndpointStarted   func(EndpointStarted)
	EndpointStopped   func(EndpointStopped)
	EndpointFailed    func(EndpointFailed)
	HandlerSlow       func(HandlerSlow)
	FetchRetried      func(FetchRetried)
	BlockFailed       func(BlockFailed)

	// SlowAfter is how long a message may be handled before HandlerSlow is told. 0: 1 s.
	SlowAfter time.Duration
}

// ConnectionOpened says that a connection is there.
type ConnectionOpened struct {
	Remote string // host:port, as dialled or as the socket names it
	Dialed bool   // by this side
}

// ConnectionClosed says that a connection has ended. Every ConnectionOpened is followed by one.
type ConnectionClosed struct {
	Remote string
	Dialed bool
	Cause  error // nil when one side closed it in order
}

// ConnectFailed says that an attempt to connect failed.
type ConnectFailed struct {
	Remote  string
	Attempt int           // 1 for the first
	Retry   time.Duration // the next attempt comes after that; 0: there is none, and what waits for it fails
	Waiting int           // messages that wait for the connection
	Cause   error
}

// AskFailed says that an ask ended otherwise than by a reply. The asker got the same error.
type AskFailed struct {
	Endpoint RpcEndpointAddress // that was asked
	After    time.Duration      // since the ask began
	Cause    error
}

// MessageDropped says that one-way messages will not be handled, which nobody else is told: an outbox gave up, or an
// endpoint is not there. Messages that a connection took with it when it broke cannot be told.
type MessageDropped struct {
	Remote   RpcAddress // where they were to go; of incoming ones, where they came from
	Incoming bool
	Endpoint string // its name; empty when they are for several
	Count    int
	Cause    error
}

// MessageUnreadable says that a message came that could not be decoded, or whose type the endpoint does not know.
type MessageUnreadable struct {
	Remote   string // host:port of the connection
	Endpoint string // its name; empty when even that could not be read
	Asked    bool   // the asker was told; otherwise it was one-way, and is lost
	Cause    error
}

// EndpointStarted says that an endpoint was set up.
type EndpointStarted struct{ Endpoint RpcEndpointAddress }

// EndpointStopped says that an endpoint has handled its last message and its OnStop has returned.
type EndpointStopped struct{ Endpoint RpcEndpointAddress }

// EndpointFailed says that a method of an endpoint returned an error or panicked ([PanicError]).
type EndpointFailed struct {
	Endpoint RpcEndpointAddress
	Cause    error
	Handled  bool // by the endpoint's own OnError, which returned
}

// HandlerSlow says that an endpoint took long over one message; its next ones waited.
type HandlerSlow struct {
	Endpoint RpcEndpointAddress
	Took     time.Duration
}

// FetchRetried says that a block fetch failed and is asked for again.
type FetchRetried struct {
	Remote string // host:port of the service
	Retry  int    // 1 for the first
	After  time.Duration
	Cause  error
}

// BlockFailed says that a block of a fetch or push failed for good. What a healthy push meets all the time (a shuffle that
// is finalized, a collision, an old attempt) is not told, nor is a fetch of merged blocks that a newer merge has replaced.
type BlockFailed struct {
	Remote  string // host:port of the service
	BlockID string
	Cause   error
}

// TeeEvents returns a listener that tells each of listeners, in order; nil ones are left out. SlowAfter is the shortest
// of those that listen for it.
func TeeEvents(listeners ...*EventListener) *EventListener {
	var t EventListener
	for _, l := range listeners {
		if l == nil {
			continue
		}
		if d := slowAfter(l); l.HandlerSlow != nil && (t.HandlerSlow == nil || d < t.SlowAfter) {
			t.SlowAfter = d
		}
		t.ConnectionOpened = tee(t.ConnectionOpened, l.ConnectionOpened)
		t.ConnectionClosed = tee(t.ConnectionClosed, l.ConnectionClosed)
		t.ConnectFailed = tee(t.ConnectFailed, l.ConnectFailed)
		t.AskFailed = tee(t.AskFailed, l.AskFailed)
		t.MessageDropped = tee(t.MessageDropped, l.MessageDropped)
		t.MessageUnreadable = tee(t.MessageUnreadable, l.MessageUnreadable)
		t.EndpointStarted = tee(t.EndpointStarted, l.EndpointStarted)
		t.EndpointStopped = tee(t.EndpointStopped, l.EndpointStopped)
		t.EndpointFailed = tee(t.EndpointFailed, l.EndpointFailed)
		t.HandlerSlow = tee(t.HandlerSlow, l.HandlerSlow)
		t.FetchRetried = tee(t.FetchRetried, l.FetchRetried)
		t.BlockFailed = tee(t.BlockFailed, l.BlockFailed)
	}
	return &t
}

func slowAfter(l *EventListener) time.Duration {
	if l.SlowAfter <= 0 {
		return time.Second
	}
	return l.SlowAfter
}

func tee[E any](a, b func(E)) func(E) {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return func(e E) { a(e); b(e) }
}
