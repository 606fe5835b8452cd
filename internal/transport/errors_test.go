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
