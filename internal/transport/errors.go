// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"strings"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/causes"
)

// ConnectionError says that a connection ended or could not be made. It matches api.ErrConnectionClosed, and it is the
// one kind of error that is worth a retry (java.io.IOException in Spark).
type ConnectionError struct {
	Op     string // "connect" or "connection"
	Remote string // host:port
	Cause  error  // nil when the peer closed it
}

// Error returns "op remote: cause".
func (e *ConnectionError) Error() string {
	if e.Cause == nil {
		return e.Op + " " + e.Remote + ": closed"
	}
	return e.Op + " " + e.Remote + ": " + e.Cause.Error()
}

// Is makes errors.Is(err, api.ErrConnectionClosed) true.
func (e *ConnectionError) Is(target error) bool { return target == api.ErrConnectionClosed }

// Unwrap returns the cause.
func (e *ConnectionError) Unwrap() error { return e.Cause }

// RemoteFailure is a failure that the other side answered with, as text. Spark's servers send a Java stack trace.
type RemoteFailure struct {
	Remote string
	Text   string
}

// Error returns the first line of the text and those that tell the causes, without the stack frames between.
func (e *RemoteFailure) Error() string {
	first, rest, _ := strings.Cut(e.Text, "\n")
	var text strings.Builder
	text.WriteString("remote " + e.Remote + ": " + first)
	for line := range strings.SplitSeq(rest, "\n") {
		if cause, ok := strings.CutPrefix(line, "Caused by: "); ok {
			text.WriteString(": " + cause)
		}
	}
	return text.String()
}

// Is finds the sentinels that have a text of their own on Spark's wire.
func (e *RemoteFailure) Is(target error) bool {
	for _, t := range sentinelTexts {
		if target == t.err && strings.Contains(e.Text, t.text) {
			return true
		}
	}
	return false
}

// sentinelTexts pairs sentinels with what Spark writes for them; immutable.
var sentinelTexts = []struct {
	err  error
	text string
}{
	{api.ErrBlockNotFound, "BlockNotFoundException"},
	{api.ErrEnvStopped, "RpcEnvStoppedException"},
	{api.ErrNotAuthorized, "java.lang.SecurityException"},
	{api.ErrEndpointNotFound, "SparkException: Could not find "},
	{api.ErrSerialization, "SerializationException"},
	{api.ErrMessageTooLarge, "MessageTooLargeException"},
	{api.ErrUnhandled, "UnhandledMessageException"},
	{api.ErrInboxFull, "InboxFullException"},
	{api.ErrStaleMerge, api.ErrStaleMerge.Error()},
}

// javaTexter is an error that knows its own text on the wire.
type javaTexter interface{ JavaText() string }

// failureText is what travels for err: a first line "class: message" as a Java stack trace starts with, and a
// "Caused by:" line for each link of the chain, of which maxLinks are told. A text of more than limit bytes is made to
// fit: long lines get shorter, and links between the first and the last go. An error whose own methods panic is the last
// that is told of.
func failureText(err error, limit int) string {
	const causedBy = "\nCaused by: "
	var lines []string
	room := limit
	noBlock := causes.Is(err, api.ErrBlockNotFound)
	for link := 0; err != nil && link < maxLinks; link++ {
		var text string
		text, err = linkText(err, noBlock)
		if most := limit / 4; len(text) > most {
			text = strings.ToValidUTF8(text[:most], "") + "…"
		}
		n := len(lines)
		if n > 0 && text == lines[n-1] {
			continue
		}
		if room -= len(causedBy) + len(text); room < 0 && n > 1 {
			room += len(causedBy) + len(lines[n-1])
			lines = lines[:n-1]
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, causedBy)
}

// linkText is the text of one link of a chain, and what it wraps. noBlock says that the chain has ErrBlockNotFound.
func linkText(err error, noBlock bool) (text string, cause error) {
	defer func() {
		if p := recover(); p != nil {
			text, cause = fmt.Sprintf("go.%T: panic: %v", err, p), nil
		}
	}()
	return javaText(err, noBlock), errors.Unwrap(err)
}

// failureText is the text for the peer, whose frames are probably as large as this side's.
func (c *Client) failureText(err error) string {
	limit := maxFailureText
	if most := c.shared.cfg.MaxPayload; most > 0 {
		limit = min(limit, most/2)
	}
	return failureText(err, limit)
}

// maxFailureText bounds the text of a failure, in bytes, and maxLinks how many of its links are looked at: it may wrap
// itself.
const (
	maxFailureText = 128 << 10
	maxLinks       = 256
)

func javaText(err error, noBlock bool) string {
	if t, ok := err.(javaTexter); ok {
		return t.JavaText()
	}
	for _, c := range javaClasses {
		itself := err == c.err //nolint:errorlint // a class is of the error itself, not of its cause
		if itself || errors.Unwrap(err) == nil && causes.Is(err, c.err) {
			return c.class + ": " + err.Error()
		}
	}
	if noBlock && causes.Is(err, api.ErrBlockNotFound) {
		return "org.apache.spark.storage.BlockNotFoundException: " + err.Error()
	}
	t := reflect.TypeOf(err)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return fmt.Sprintf("go.%s: %s", t, err)
}

// javaClasses pairs errors with the classes a JVM peer knows them by; immutable.
var javaClasses = []struct {
	err   error
	class string
}{
	{api.ErrEnvStopped, "org.apache.spark.rpc.RpcEnvStoppedException"},
	{api.ErrNotAuthorized, "java.lang.SecurityException"},
	{api.ErrSerialization, "org.twinwire.SerializationException"},
	{api.ErrMessageTooLarge, "org.twinwire.MessageTooLargeException"},
	{api.ErrUnhandled, "org.twinwire.UnhandledMessageException"},
	{fs.ErrNotExist, "java.io.FileNotFoundException"},
	{io.EOF, "java.io.EOFException"},
	{io.ErrUnexpectedEOF, "java.io.EOFException"},
}

// JavaError is a failure with a given class on the wire, for the texts that Spark's own peers search.
type JavaError struct {
	Class   string
	Message string
	Cause   error
}

// Error returns the message.
func (e *JavaError) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *JavaError) Unwrap() error { return e.Cause }

// JavaText returns "class: message".
func (e *JavaError) JavaText() string {
	if e.Message == "" {
		return e.Class
	}
	return e.Class + ": " + e.Message
}

// IllegalState is a JavaError of class java.lang.IllegalStateException.
func IllegalState(format string, args ...any) error {
	return &JavaError{Class: "java.lang.IllegalStateException", Message: fmt.Sprintf(format, args...)}
}

// IllegalArgument is a JavaError of class java.lang.IllegalArgumentException.
func IllegalArgument(format string, args ...any) error {
	return &JavaError{Class: "java.lang.IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}

// NumberFormat is what Java says of a text that is no number.
func NumberFormat(text string) error {
	return &JavaError{Class: "java.lang.NumberFormatException", Message: fmt.Sprintf("For input string: \"%.300s\"", text)}
}

// OutOfBounds is what Java says of an array of n elements that has no i-th.
func OutOfBounds(i, n int) error {
	return &JavaError{Class: "java.lang.ArrayIndexOutOfBoundsException", Message: fmt.Sprintf("Index %d out of bounds for length %d", i, n)}
}
