// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Sentinels a caller can branch on with errors.Is, on either side of the wire.
var (
	// ErrEnvStopped is the outcome of a call on an env that was shut down.
	ErrEnvStopped = errors.New("rpc env: stopped")
	// ErrEndpointNotFound says that the env has no endpoint of that name.
	ErrEndpointNotFound = errors.New("rpc endpoint: not found")
	// ErrEndpointStopped is why a watched endpoint is gone: it was stopped, alone or with its env.
	ErrEndpointStopped = errors.New("rpc endpoint: stopped")
	// ErrEndpointExists says that the name is taken.
	ErrEndpointExists = errors.New("rpc endpoint: name is taken")
	// ErrTimeout is the outcome of a call that got none in time; see [TimeoutError].
	ErrTimeout = errors.New("timeout")
	// ErrConnectionClosed is the outcome of a call whose connection ended or could not be made. Whether the other side
	// acted on it is not known.
	ErrConnectionClosed = errors.New("connection closed")
	// ErrSerialization says that a message, reply or error could not be encoded or decoded.
	ErrSerialization = errors.New("serialization")
	// ErrNotAuthorized says that the peer refused the caller.
	ErrNotAuthorized = errors.New("not authorized")
	// ErrMessageTooLarge says that a message exceeds a limit; see [MessageTooLargeError].
	ErrMessageTooLarge = errors.New("message too large")
	// ErrOutboxFull says that too much waits for one peer; slow down or wait.
	ErrOutboxFull = errors.New("outbox full")
	// ErrInboxFull says that an endpoint is too far behind to take a message; slow down. See [RpcEnvConfig.InboxMessages].
	ErrInboxFull = errors.New("inbox full")
	// ErrUnhandled says that the endpoint does not handle messages of that type.
	ErrUnhandled = errors.New("unhandled message")
	// ErrSelfAsk says that an endpoint asked itself while handling a message, with the context of that call, which would
	// wait for ever.
	ErrSelfAsk = errors.New("ask to self")
	// ErrAlreadyReplied says that the ask has its outcome already.
	ErrAlreadyReplied = errors.New("already replied")
	// ErrNotAsked says that a one-way message has no reply.
	ErrNotAsked = errors.New("not asked: one-way messages have no reply")
	// ErrUnboundRef says that a reference was not decoded by an env, so nothing carries its messages.
	ErrUnboundRef = errors.New("unbound endpoint reference")
	// ErrBlockNotFound says that a block does not exist.
	ErrBlockNotFound = errors.New("block not found")
	// ErrStaleMerge says that a merged block was asked for whose shuffle has been merged once more since, so that asking again
	// is of no use. The text is Spark's, which its readers look for.
	ErrStaleMerge = errors.New("stale shuffle block fetch request as shuffle blocks of a higher shuffleMergeId for the shuffle is available")
	// ErrExecutorDead says that the executor a block belongs to is dead, so that asking it again is of no use.
	ErrExecutorDead = errors.New("executor is dead")
	// ErrAddressInUse says that somebody listens at the address already; see [RpcEnvConfig.PortRetries].
	ErrAddressInUse = errors.New("address in use")
	// ErrForeignDeadline says that a context's deadline was made by the machine's clock and means nothing in virtual
	// time; use [WithTimeout].
	ErrForeignDeadline = errors.New("context deadline is not in virtual time: use api.WithTimeout")
)

// TimeoutError says that an operation got no outcome in time. It matches [ErrTimeout].
type TimeoutError struct {
	Op      string        // such as "ask lease at spark://lease@host:7077"
	After   time.Duration // how long it waited
	Setting string        // the setting that controls it, such as "RpcEnv.AskTimeout", or "context" for the caller's own
}

// Error returns "op: no reply in 2m0s (setting)".
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("%s: no reply in %v (%s)", e.Op, e.After, e.Setting)
}

// Is makes errors.Is(err, ErrTimeout) true, and context.DeadlineExceeded too when the caller's context ended the wait.
func (e *TimeoutError) Is(target error) bool {
	return target == ErrTimeout || e.Setting == SettingContext && target == context.DeadlineExceeded
}

// SettingContext is the Setting of a TimeoutError that comes from the caller's own context.
const SettingContext = "context"

// Timeout makes the error a net.Error-style timeout.
func (e *TimeoutError) Timeout() bool { return true }

// MessageTooLargeError says that a message exceeds a limit. It was not sent. It matches [ErrMessageTooLarge].
type MessageTooLargeError struct {
	What    string // what is too large
	Size    int64  // bytes
	Limit   int64  // bytes
	Setting string // the setting that controls it, such as "RpcEnv.MaxMessageSize"
}

// Error names the size, the limit and the setting.
func (e *MessageTooLargeError) Error() string {
	return fmt.Sprintf("%s: %d bytes exceed the limit of %d (%s)", e.What, e.Size, e.Limit, e.Setting)
}

// Is makes errors.Is(err, ErrMessageTooLarge) true.
func (e *MessageTooLargeError) Is(target error) bool { return target == ErrMessageTooLarge }
