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

var pushTexts = [...]string{
	" is merged", " is received after merged shuffle is finalized", " experienced merge collision on the server side",
	" is a stale block push from an indeterminate stage retry", " is from an older app attempt",
}

// BlockPushError says that a pushed block was not merged, which costs nothing but the push: the block is fetched from where
// it was made. The text is Spark's.
type BlockPushError struct {
	BlockID string
	Outcome PushOutcome // not PushMerged
}

// Error returns "Block id …".
func (e *BlockPushError) Error() string {
	if int(e.Outcome) < len(pushTexts) {
		return "Block " + e.BlockID + pushTexts[e.Outcome]
	}
	return fmt.Sprintf("Block %s: push outcome %d", e.BlockID, e.Outcome)
}
