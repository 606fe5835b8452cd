// SPDX-License-Identifier: Apache-2.0

package api

// RpcEndpoint handles messages, one at a time and in the order in which each sender sent them (Spark's
// ThreadSafeRpcEndpoint): no lock is needed for its own state. It is an actor: OnStart first, OnStop last. What it
// adds is found by type assertion: [Starter], [Stopper], [ErrorHandler], [NetworkObserver], [MessageFactory],
// [ConcurrentEndpoint], [IsolatedEndpoint]. Most endpoints are made of typed functions by [Handlers].
//
// A method may block on the seam (an ask to another endpoint, [Sleep], a [Queue]); the endpoint's next message waits
// meanwhile. Other endpoints do not: a handler that waits in an ask with its call's context lends its message loop to
// them at once, and one that waits or computes otherwise is given another loop in its place after a tenth of a second,
// or two, if messages wait for one. An endpoint that always takes long is better isolated.
type RpcEndpoint interface {
	// Receive handles a one-way message. An error goes to OnError; the sender does not hear of it.
	Receive(call RpcCallContext, msg any) error
	// ReceiveAndReply handles an ask: it calls call.Reply or call.SendFailure once, now or later, from any task. A
	// returned error is sent to the asker as the failure, unless the ask was answered, and goes to OnError.
	ReceiveAndReply(call RpcCallContext, msg any) error
}

// Starter is an endpoint that wants to run before its first message. An error goes to OnError; the endpoint still
// receives messages, as in Spark.
type Starter interface {
	OnStart(self RpcEndpointRef) error
}

// Stopper is an endpoint that wants to run after its last message.
type Stopper interface {
	OnStop() error
}

// ErrorHandler is an endpoint that hears of the errors and panics ([PanicError]) of its own methods. The env's
// [EventListener] hears of them too.
type ErrorHandler interface {
	OnError(cause error)
}

// NetworkObserver is an endpoint that hears of its env's connections, in message order. An address is the listen
// address of the peer's env as soon as it is known, the socket's before.
type NetworkObserver interface {
	OnConnected(remote RpcAddress)
	OnDisconnected(remote RpcAddress)
	OnNetworkError(cause error, remote RpcAddress)
}

// ConcurrentEndpoint is an endpoint whose messages may be handled by several loops at once (Spark's plain RpcEndpoint):
// it guards its own state, and messages have no order. OnStart still runs alone and first. Once the endpoint is stopped
// what is queued is handled one at a time again, and OnStop runs alone and last. A concurrent endpoint may ask itself.
type ConcurrentEndpoint interface {
	// HandlesConcurrently is asked once, when the endpoint is set up.
	HandlesConcurrently() bool
}

// IsolatedEndpoint is an endpoint with message loops of its own (Spark's IsolatedRpcEndpoint): it cannot keep the env's
// loops from other endpoints, nor they theirs from it.
type IsolatedEndpoint interface {
	// OwnLoops is how many loops it gets (Spark's threadCount); 0 or less: it shares the env's. With more than one it is
	// concurrent, as a [ConcurrentEndpoint] is. It is asked once, when the endpoint is set up.
	OwnLoops() int
}

// MessageFactory is an endpoint that knows its message types, so that nothing has to be listed in
// [RpcEnvConfig.MessageTypes]. A message that came over the wire is handed to it as the pointer it made.
type MessageFactory interface {
	// NewMessage returns a pointer to a new message of the type with that wire name, or nil for one it does not
	// handle. It is called by many tasks at once.
	NewMessage(wireName string) any
}

// WireNamer is a message type with a name of its own on the wire. The default is the package path and type name.
type WireNamer interface {
	WireName() string
}
