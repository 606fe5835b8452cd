// SPDX-License-Identifier: Apache-2.0

package block

import (
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// ReceivePush returns who takes a pushed block for receiver, and answers by a code when that does not want it.
func ReceivePush(receiver api.BlockPushReceiver, m blockwire.PushBlockStream) (transport.StreamConsumer, error) {
	id := pushID{m.ShuffleID, m.ShuffleMergeID, m.MapIndex, m.ReduceID}.String()
	sink, err := receiver.ReceivePush(api.BlockPush{
		AppID: m.AppID, AppAttemptID: m.AppAttemptID, ShuffleID: m.ShuffleID, ShuffleMergeID: m.ShuffleMergeID, MapIndex: m.MapIndex, ReduceID: m.ReduceID,
	})
	if code, ok := refusalOf(err); ok {
		return refusedPush{pushAnswer(id, code)}, nil
	}
	if err != nil || sink == nil {
		return nil, err
	}
	return &pushConsumer{sinkConsumer{sink}, id}, nil
}

// pushConsumer is a push that is being merged.
type pushConsumer struct {
	sinkConsumer
	id string
}

// OnComplete implements transport.StreamConsumer. A block that is not wanted is told by a code, which is no failure.
func (c *pushConsumer) OnComplete() ([]byte, error) {
	err := c.sink.Commit()
	if code, ok := refusalOf(err); ok {
		c.sink.Abort(err)
		return pushAnswer(c.id, code), nil
	}
	return blockwire.BlockPushReturnCode{ReturnCode: blockwire.Success}.Append(nil), err
}

// refusalOf is the code of an error by which a block is not wanted. Where that names no such outcome, as when none was set, it
// is an error like any other: its code would tell that the block was merged, or nothing that the pusher can read.
func refusalOf(err error) (blockwire.ReturnCode, bool) {
	refused, ok := errors.AsType[*api.BlockPushError](err)
	if !ok || refused.Outcome == api.PushMerged || refused.Outcome > api.PushTooOld {
		return 0, false
	}
	return blockwire.ReturnCode(refused.Outcome), true
}

func pushAnswer(id string, code blockwire.ReturnCode) []byte {
	return blockwire.BlockPushReturnCode{ReturnCode: code, FailureBlockID: id}.Append(nil)
}

// refusedPush lets a block pass that is not wanted, and says so. Spark closes the connection instead.
type refusedPush struct{ answer []byte }

func (refusedPush) OnData([]byte) error           { return nil }
func (r refusedPush) OnComplete() ([]byte, error) { return r.answer, nil }
func (refusedPush) OnFailure(error)               {}
