// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"fmt"
)

// RpcEndpointRef addresses an endpoint, as Spark's RpcEndpointRef. It is a value: copy it, send it in a message (it
// travels as its URI and is bound to the env that decodes it). The zero value addresses nothing. Two refs are the same
// endpoint when their addresses are equal. Safe for concurrent use.
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
// of a later loss. Inside one env msg goes by reference: do not change it afterwards.
func (r RpcEndpointRef) Send(msg any) error {
	if r.sender == nil {
		return fmt.Errorf("send %s: %w", r.name(), ErrUnboundRef)
	}
	return r.sender.SendTo(r, msg)
}

// Ask sends msg at most once and waits for the reply, which it stores in reply, a pointer (nil drops the reply). It
// ends with exactly one outcome: the reply, the handler's failure ([RemoteError] or, inside one env, the error itself),
// a connection failure ([ErrConnectionClosed]), a timeout ([ErrTimeout], after [RpcEnvConfig.AskTimeout] unless ctx
// ends earlier), or the env's end ([ErrEnvStopped]). After a timeout or a connection failure the handler may or may not
// have run. Prefer the typed [Ask].
func (r RpcEndpointRef) Ask(ctx context.Context, msg, reply any) error {
	if r.sender == nil {
		return fmt.Errorf("ask %s: %w", r.name(), ErrUnboundRef)
	}
	return r.sender.AskTo(ctx, r, msg, reply)
}

func (r RpcEndpointRef) name() string {
	if r.IsZero() {
		return "nobody"
	}
	return r.address.String()
}

// Sender returns the env behind the reference, nil for an unbound one. It is for implementations of RpcEnv.
func (r RpcEndpointRef) Sender() RefSender { return r.sender }

// MarshalText returns the URI: how a reference travels in a message. The zero value is empty.
func (r RpcEndpointRef) MarshalText() ([]byte, error) {
	if r.IsZero() {
		return []byte{}, nil
	}
	return []byte(r.address.String()), nil
}

// UnmarshalText reads the URI. The reference is unbound until the decoding env binds it.
func (r *RpcEndpointRef) UnmarshalText(b []byte) error {
	*r = RpcEndpointRef{}
	if len(b) == 0 {
		return nil
	}
	a, err := ParseRpcEndpointAddress(string(b))
	r.address = a
	return err
}

// Ask is [RpcEndpointRef.Ask] with a typed reply: got, err := api.Ask[Granted](ctx, ref, Acquire{…}).
func Ask[Reply any](ctx context.Context, ref RpcEndpointRef, msg any) (Reply, error) {
	var reply Reply
	err := ref.Ask(ctx, msg, &reply)
	return reply, err
}
