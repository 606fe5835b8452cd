// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"context"
	"io"
	"io/fs"
	"net"

	"github.com/twinwire/twinwire/api"
)

// sentinels are the errors that error types of the stack and of the standard library claim to be by an Is method, which
// does not travel.
func sentinels() []error {
	return []error{
		api.ErrEnvStopped, api.ErrEndpointNotFound, api.ErrEndpointStopped, api.ErrEndpointExists, api.ErrTimeout,
		api.ErrConnectionClosed, api.ErrSerialization, api.ErrNotAuthorized, api.ErrMessageTooLarge, api.ErrOutboxFull, api.ErrInboxFull,
		api.ErrUnhandled, api.ErrSelfAsk, api.ErrAlreadyReplied, api.ErrNotAsked, api.ErrUnboundRef, api.ErrBlockNotFound,
		api.ErrForeignDeadline, api.ErrQueueClosed, api.ErrAddressInUse, api.ErrReplyLater, api.ErrExecutorDead, api.ErrStaleMerge,
		context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF,
		fs.ErrInvalid, fs.ErrPermission, fs.ErrExist, fs.ErrNotExist, fs.ErrClosed, net.ErrClosed,
	}
}
