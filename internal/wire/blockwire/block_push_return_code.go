// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// ReturnCode is what became of a pushed block. 0 is on the wire. Follows
// BlockPushNonFatalFailure.ReturnCode.
type ReturnCode uint8

// The outcomes of a push that leave the connection alone.
const (
	Success                      ReturnCode = 0
	TooLateBlockPush             ReturnCode = 1 // the shuffle is finalized
	BlockAppendCollisionDetected ReturnCode = 2 // another block is being appended: worth another try
	StaleBlockPush               ReturnCode = 3 // a later merge of this shuffle has begun
	TooOldAttemptPush            ReturnCode = 4 // a later attempt of the application has registered
)

const returnCodes = 5

// String is Spark's name of the code.
func (c ReturnCode) String() string {
	names := [returnCodes]string{
		"SUCCESS", "TOO_LATE_BLOCK_PUSH", "BLOCK_APPEND_COLLISION_DETECTED", "STALE_BLOCK_PUSH", "TOO_OLD_ATTEMPT_PUSH",
	}
	if c >= returnCodes {
		return fmt.Sprintf("ReturnCode(%d)", uint8(c))
	}
	return names[c]
}

// BlockPushReturnCode answers an UploadStream whose meta data is a
// PushBlockStream.
type BlockPushReturnCode struct {
	ReturnCode     ReturnCode
	FailureBlockID string // empty on success
}

// Type is TypeBlockPushReturnCode.
func (BlockPushReturnCode) Type() Type { return TypeBlockPushReturnCode }

// String is Spark's text of the message, which travels in errors about it.
func (m BlockPushReturnCode) String() string {
	return fmt.Sprintf("BlockPushReturnCode[returnCode=%d,failureBlockId=%s]", uint8(m.ReturnCode), m.FailureBlockID)
}

// Append appends the type byte and the fields.
func (m BlockPushReturnCode) Append(dst []byte) []byte {
	return wire.AppendString(append(dst, byte(TypeBlockPushReturnCode), byte(m.ReturnCode)), m.FailureBlockID)
}

// ParseBlockPushReturnCode reads a message of this type, its type byte first. A
// code that does not exist is a *CodeError.
func ParseBlockPushReturnCode(b []byte) (BlockPushReturnCode, error) {
	r := wire.NewFieldReader(b, int8(TypeBlockPushReturnCode))
	m := BlockPushReturnCode{ReturnCode: ReturnCode(r.Byte()), FailureBlockID: r.String()}
	if m.ReturnCode >= returnCodes {
		r.Fail(&CodeError{Message: TypeBlockPushReturnCode, Code: int8(m.ReturnCode)})
	}
	return m, r.Err()
}
