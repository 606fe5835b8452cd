// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"fmt"
	"strings"
)

// RpcEndpointRef addresses an endpoint, as Spark's RpcEndpointRef. It is a value: copy it, send it in a message (it
// travels as its URI and is bound to the env that decodes it). The zero value addresses nothing. Two refs are the same
// endpoint when their addresses are equal: compare them with Equal, use Address as a map key. Safe for concurrent use.
//
// The endpoint of a client-mode env, "spark-client://name", is reached only over the connection its reference came on, and
// only while that lives. Such a reference must not be passed on to a third env: there it is [RpcEndpointRef.Relayed], and
// its use fails with [ErrUnboundRef].
type RpcEndpointRef struct {
	address RpcEndpointAddress
	sender  RefSender
}

// RefSender is the env behind a reference. Someone who brings an RpcEnv of his own fills it; see [NewRpcEndpointRef].
type RefSender interface {
	// SendTo delivers msg at most once and does not wait for it.
	SendTo(to RpcEndpointRef, msg any) error
	// AskTo delivers msg at most once and waits for exactly one outcome, which it stores in reply (a pointer, or nil to
	// drop it) or returns.
	AskTo(ctx context.Context, to RpcEndpointRef, msg, reply any) error
}

// NewRpcEndpointRef makes a reference whose messages go through sender. It is for implementations of RpcEnv.
func NewRpcEndpointRef(address RpcEndpointAddress, sender RefSender) RpcEndpointRef {
	return RpcEndpointRef{address: address, sender: sender}
}

// Address returns the endpoint's name and the address of its env.
func (r RpcEndpointRef) Address() RpcEndpointAddress { return r.address }

// Name returns the endpoint's name.
func (r RpcEndpointRef) Name() string { return r.address.Name }

// IsZero reports whether the reference addresses nothing.
func (r RpcEndpointRef) IsZero() bool { return r.address == RpcEndpointAddress{} }

// String returns the endpoint's URI.
func (r RpcEndpointRef) String() string { return r.address.String() }

// Send sends msg one way: at most once, in the order of the sends to this endpoint by this task. The error tells of
// what is known at once (msg cannot be encoded or is too large, the env is stopped, the outbox is full); nothing tells
// of a later loss. Inside one env msg goes by reference: do not change it afterwards. Who sends much uses the typed [Send].
func (r RpcEndpointRef) Send(msg any) error {
	if r.sender == nil {
		return r.unbound("send")
	}
	return r.sender.SendTo(r, msg)
}

// Ask sends msg at most once and waits for the reply, which it stores in reply, a pointer (nil drops the reply). It
// ends with exactly one outcome: the reply, the handler's failure ([RemoteError] or, inside one env, the error itself),
// a connection failure ([ErrConnectionClosed]), a timeout ([ErrTimeout], after [RpcEnvConfig.AskTimeout] unless ctx
// ends earlier), or the env's end ([ErrEnvStopped]). After a timeout or a connection failure the handler may or may not
// have run. Prefer the typed [Ask].
//
// To go on meanwhile, or ask many at once, ask in a task of [Runtime.Go] or a [Group]; there is no future. An ask is
// aborted through its context, see [WithCancelCause].
func (r RpcEndpointRef) Ask(ctx context.Context, msg, reply any) error {
	if r.sender == nil {
		return r.unbound("ask")
	}
	return r.sender.AskTo(ctx, r, msg, reply)
}

func (r RpcEndpointRef) unbound(op string) error {
	return fmt.Errorf("%s %s: %w", op, r.name(), ErrUnboundRef)
}

func (r RpcEndpointRef) name() string {
	if r.IsZero() {
		return "nobody"
	}
	return r.address.String()
}

// Sender returns the env behind the reference, nil for an unbound one. It is for implementations of RpcEnv.
func (r RpcEndpointRef) Sender() RefSender { return r.sender }

// Equal reports whether both address the same endpoint, as far as addresses tell: those of two client-mode envs' endpoints
// have none.
func (r RpcEndpointRef) Equal(o RpcEndpointRef) bool { return r.address == o.address }

// Relayed reports whether the reference is to a client-mode env's endpoint and came from somebody else.
func (r RpcEndpointRef) Relayed() bool {
	_, ok := r.sender.(relayedSender)
	return ok
}

// AttachedSender is a RefSender that reaches a client-mode env's endpoint over the connection the reference came on. It is
// for implementations of RpcEnv: a reference with such a sender is marked when it is passed on.
type AttachedSender interface {
	RefSender
	// Remote is the other end of the connection.
	Remote() string
}

// relayedMark stands behind the URI of a reference that is passed on by another env than its own.
const relayedMark = "#relayed"

// relayedSender is behind a reference whose connection is another env's.
type relayedSender struct{}

func (relayedSender) SendTo(to RpcEndpointRef, _ any) error { return relayedError("send", to) }

func (relayedSender) AskTo(_ context.Context, to RpcEndpointRef, _, _ any) error {
	return relayedError("ask", to)
}

func relayedError(op string, to RpcEndpointRef) error {
	return fmt.Errorf("%s %s: %w: it was passed on, and only the env that first got it is connected to its env", op, to, ErrUnboundRef)
}

// MarshalText returns the URI: how a reference travels in a message. The zero value is empty. A client-mode env's
// reference that is passed on by another env has a mark behind it.
func (r RpcEndpointRef) MarshalText() ([]byte, error) {
	if r.IsZero() {
		return []byte{}, nil
	}
	text := r.address.String()
	if _, attached := r.sender.(AttachedSender); attached || r.Relayed() {
		text += relayedMark
	}
	return []byte(text), nil
}

// UnmarshalText reads the URI. The reference is unbound until the decoding env binds it.
func (r *RpcEndpointRef) UnmarshalText(b []byte) error {
	*r = RpcEndpointRef{}
	if len(b) == 0 {
		return nil
	}
	uri, relayed := strings.CutSuffix(string(b), relayedMark)
	a, err := ParseRpcEndpointAddress(uri)
	if err == nil && relayed && !a.Address.IsZero() {
		return fmt.Errorf("Invalid Spark URL: %s", b) //nolint:staticcheck // Spark's own text
	}
	if relayed {
		r.sender = relayedSender{}
	}
	r.address = a
	return err
}
