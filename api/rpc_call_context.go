// SPDX-License-Identifier: Apache-2.0

package api

import "context"

// RpcCallContext is one message's way back, as Spark's RpcCallContext. It stays valid after the handler returned and
// is safe for concurrent use.
type RpcCallContext interface {
	// Context ends with the endpoint or its env; pass it to what the handler waits for.
	Context() context.Context
	// Self is the endpoint's own reference.
	Self() RpcEndpointRef
	// SenderAddress is the listen address of the sender's env, or the socket's remote address for a client-mode sender,
	// or the zero address for a local client-mode sender.
	SenderAddress() RpcAddress
	// Reply answers an ask. It returns [ErrAlreadyReplied] the second time, [ErrNotAsked] for a one-way message, and an
	// error matching [ErrSerialization] when v cannot be encoded, in which case the asker gets that failure.
	Reply(v any) error
	// SendFailure fails an ask with cause, which errors.Is and errors.As find on the asker's side. Errors as for Reply.
	SendFailure(cause error) error
}
