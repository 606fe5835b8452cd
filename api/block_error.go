// SPDX-License-Identifier: Apache-2.0

package api

// BlockError says which block did not make its way, and why. It is what listeners and uploads get.
type BlockError struct {
	Op      string // "fetch", "push" or "upload"
	BlockID string
	Remote  string // host:port of the other service
	Cause   error
}

// Error returns "op block remote: cause".
func (e *BlockError) Error() string {
	return e.Op + " " + e.BlockID + " " + e.Remote + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *BlockError) Unwrap() error { return e.Cause }
