// SPDX-License-Identifier: Apache-2.0

package api

import "fmt"

// PushOutcome is what became of a pushed block; the numbers are those on the wire. It follows Spark's
// BlockPushNonFatalFailure.ReturnCode.
type PushOutcome uint8

// The outcomes of a push that leave the connection alone.
const (
	PushMerged    PushOutcome = 0
	PushTooLate   PushOutcome = 1 // the shuffle is finalized
	PushCollision PushOutcome = 2 // another block is being appended to the same partition
	PushStale     PushOutcome = 3 // a later merge of this shuffle has begun
	PushTooOld    PushOutcome = 4 // a later attempt of the application has registered
)

// BlockPushError says that a pushed block was not merged, which costs nothing but the push: the block is fetched from where
// it was made. The text is Spark's.
type BlockPushError struct {
	BlockID string
	Outcome PushOutcome // not PushMerged
}

// Error returns "Block id …".
func (e *BlockPushError) Error() string {
	why := fmt.Sprintf(": push outcome %d", e.Outcome)
	switch e.Outcome {
	case PushTooLate:
		why = " is received after merged shuffle is finalized"
	case PushCollision:
		why = " experienced merge collision on the server side"
	case PushStale:
		why = " is a stale block push from an indeterminate stage retry"
	case PushTooOld:
		why = " is from an older app attempt"
	}
	return "Block " + e.BlockID + why
}
