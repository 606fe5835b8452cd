// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// TestFailureTextFits: whatever an error says, its text stays below the limit and tells the first link and the last.
func TestFailureTextFits(t *testing.T) {
	const limit = 4096
	much := strings.Repeat("much ", limit)
	for links := range 50 {
		err := api.ErrEnvStopped
		for i := range links {
			err = fmt.Errorf("link %d: %s%w", links-i, much, err)
		}
		text := transport.FailureText(err, limit)
		first, _, _ := strings.Cut(err.Error(), ":")
		if len(text) > limit || !strings.Contains(text, first) || !strings.HasSuffix(text, "RpcEnvStoppedException: rpc env: stopped") {
			t.Errorf("%d links: %d bytes, %.60s … %s", links, len(text), text, text[max(0, len(text)-60):])
		}
	}
}

// TestLongFailureFitsAFrame: a failure that is longer than a frame may be fails its request, and not the connection.
func TestLongFailureFitsAFrame(t *testing.T) {
	const most = 4096
	s := newServer(t, &app{}, transport.Config{MaxPayload: most})
	c := connect(t, newFactory(t, transport.Config{MaxPayload: most}), s)
	body := "throw error/" + strings.Repeat("x", most-40)
	if _, err := ask(t, c, body); !errors.As(err, new(*transport.RemoteFailure)) || !strings.Contains(err.Error(), "Thrown: xxx") {
		t.Errorf("%.100v", err)
	}
	if got, err := ask(t, c, "echo/still there"); got != "still there" || err != nil {
		t.Errorf("then: %q, %v", got, err)
	}
}

// loop wraps itself.
type loop struct{}

func (loop) Error() string   { return "loop" }
func (l loop) Unwrap() error { return l }

// TestFailureTextOfAnErrorThatWrapsItself comes to an end.
func TestFailureTextOfAnErrorThatWrapsItself(t *testing.T) {
	a, b := &wraps{text: "a"}, &wraps{text: "b"}
	a.cause, b.cause = b, a
	for name, err := range map[string]error{"itself": loop{}, "each other": a} {
		if text := transport.FailureText(err, 4096); len(text) > 4096 || !strings.HasPrefix(text, "go.transport_test.") {
			t.Errorf("%s: %d bytes, %.60s", name, len(text), text)
		}
	}
}

// wraps wraps another.
type wraps struct {
	text  string
	cause error
}

func (w *wraps) Error() string { return w.text }
func (w *wraps) Unwrap() error { return w.cause }
