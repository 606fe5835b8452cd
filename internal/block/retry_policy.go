// SPDX-License-Identifier: Apache-2.0

package block

import (
	"errors"
	"io/fs"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// isIO tells the failures of this side's connection, which Spark retries, from what the other side answered.
func isIO(cause error) bool { return errors.Is(cause, api.ErrConnectionClosed) }

// worthFetching says whether a fetch is worth another attempt. Follows ErrorHandler.BlockFetchErrorHandler, and
// ExecutorDeadException. A file of this side that a block cannot be written to is not worth one, where Spark makes it like
// after any I/O error: fetching everything again mends no disk, and uses up the attempts that are meant for the network.
func worthFetching(cause error) bool {
	if _, kept := errors.AsType[*keptFileError](cause); kept {
		return false
	}
	return isIO(cause) && !errors.Is(cause, api.ErrStaleMerge) && !errors.Is(cause, api.ErrExecutorDead)
}

// worthPushing says whether a push is worth another attempt.
func worthPushing(cause error) bool { return isIO(cause) && pushGoesOn(cause) }

// pushGoesOn says whether a failed block leaves the rest of its push worth trying; follows
// ErrorHandler.BlockPushErrorHandler, which calls it shouldRetryError. Nobody there, a file that is gone and a merge that
// is over end it.
func pushGoesOn(cause error) bool {
	if push, ok := errors.AsType[*api.BlockPushError](cause); ok {
		return push.Outcome == api.PushCollision
	}
	return !isRefused(cause) && !errors.Is(cause, fs.ErrNotExist)
}

// isRefused says that nobody could be connected to, other than for lack of time.
func isRefused(cause error) bool {
	broken, ok := errors.AsType[*transport.ConnectionError](cause)
	return ok && broken.Op == "connect" && !errors.Is(cause, api.ErrTimeout)
}

// worthTelling says whether an operator wants to hear of the failure.
func worthTelling(cause error) bool {
	_, push := errors.AsType[*api.BlockPushError](cause)
	return !push && !errors.Is(cause, api.ErrStaleMerge)
}
