// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"fmt"
	"time"
)

// The names of the peers.
const (
	CBOR   = "twinwire-cbor" // ours, messages through the default serializer
	Self   = "twinwire-self" // ours, messages that encode themselves
	GRPC   = "grpc-go"
	NetRPC = "net/rpc"
	DRPC   = "drpc"
	TTRPC  = "ttrpc"
	Raw    = "raw-tcp"
)

// timeout is the deadline of every call.
const timeout = 5 * time.Second

// loopback is where every server listens.
const loopback = "127.0.0.1:0"

// name is the second field of every message.
const name = "echo"

// Peer is one stack. Serve starts a server; Dial and Push connect to one, Dial or Push is nil where the stack has no
// such thing.
type Peer struct {
	Name  string
	Serve func() (Server, error)
	Dial  func(addr string) (Caller, error)
	Push  func(addr string, senders int) (Pusher, error)
}

// Server is a running server.
type Server interface {
	// Addr is the "host:port" it listens at.
	Addr() string
	Close() error
}

// Caller calls a server over one connection. Call is safe for concurrent use where the stack is.
type Caller interface {
	// Call has one message echoed and checks the answer.
	Call(id int64, data []byte) error
	Close() error
}

// Pusher sends one-way messages over one connection.
type Pusher interface {
	// Send hands one message over. Each sender is used by one goroutine at a time.
	Send(sender int, id int64, data []byte) error
	// Finish waits until the server has taken all messages since the last Finish, and says how many. No Send may run.
	Finish() (received int64, err error)
	Close() error
}

// All returns every peer, ours first.
func All() []Peer {
	return []Peer{
		{Name: CBOR, Serve: serveTwinwire[Message], Dial: dialTwinwire[Message], Push: pushTwinwire[Message]},
		{Name: Self, Serve: serveTwinwire[SelfMessage], Dial: dialTwinwire[SelfMessage], Push: pushTwinwire[SelfMessage]},
		{Name: GRPC, Serve: serveGRPC, Dial: dialGRPC, Push: pushGRPC},
		{Name: NetRPC, Serve: serveNetRPC, Dial: dialNetRPC},
		{Name: DRPC, Serve: serveDRPC, Dial: dialDRPC},
		{Name: TTRPC, Serve: serveTTRPC, Dial: dialTTRPC},
		{Name: Raw, Serve: serveRaw, Dial: dialRaw, Push: pushRaw},
	}
}

// Find returns the peer of that name.
func Find(name string) (Peer, error) {
	for _, p := range All() {
		if p.Name == name {
			return p, nil
		}
	}
	return Peer{}, fmt.Errorf("peer %q: unknown", name)
}

// check says whether an echo is the one that was asked for.
func check(id, gotID int64, data, got []byte) error {
	if id != gotID || len(data) != len(got) {
		return fmt.Errorf("echo of message %d, %d bytes: got message %d, %d bytes", id, len(data), gotID, len(got))
	}
	return nil
}
