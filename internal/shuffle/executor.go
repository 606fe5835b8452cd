// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// ExecutorID names an executor, as Spark's AppExecId. Its JSON is that of Spark's registry.
type ExecutorID struct {
	AppID  string `json:"appId"`
	ExecID string `json:"execId"`
}

// ExecutorInfo is what an executor tells of its shuffle files, as Spark's ExecutorShuffleInfo. Its JSON is that of
// Spark's registry.
type ExecutorInfo struct {
	LocalDirs []string `json:"localDirs"` // absolute paths
	SubDirs   int32    `json:"subDirsPerLocalDir"`
	Manager   string   `json:"shuffleManager"` // a class name; any is accepted
}

// ErrRefused says that a registration is not accepted.
var ErrRefused = errors.New("the registration is refused")

// check refuses texts that could not be kept as they are. Ids are keys, never part of a path.
func (id ExecutorID) check() error {
	for _, text := range []string{id.AppID, id.ExecID} {
		if text == "" || len(text) > maxText || !plainText(text) {
			return refuse("application %.200q executor %.200q: not ids", id.AppID, id.ExecID)
		}
	}
	return nil
}

// plainText says that text is UTF-8 without control characters.
func plainText(text string) bool {
	for _, r := range text {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return false
		}
	}
	return true
}

// NotRegisteredError says that nobody told where an executor's files lie.
type NotRegisteredError struct{ ID ExecutorID }

// Error returns Spark's text, which its readers know.
func (e *NotRegisteredError) Error() string {
	return fmt.Sprintf("Executor is not registered (appId=%s, execId=%s)", e.ID.AppID, e.ID.ExecID)
}

// JavaText is the error with its class.
func (e *NotRegisteredError) JavaText() string { return "java.lang.RuntimeException: " + e.Error() }
