// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"context"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/internal/interop/peer"
)

// startJVM starts a JVM peer, which ends with the test.
func startJVM(t *testing.T, args ...string) *peer.Process {
	t.Helper()
	p, err := peer.Start("JVM "+args[0], spark.Command(context.Background(), args...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// await returns what the peer says behind a word.
func await(t *testing.T, p *peer.Process, word string) string {
	t.Helper()
	rest, err := p.Await(word)
	if err != nil {
		t.Fatal(err)
	}
	return rest
}

// expectChecks reads what a JVM client says of its checks, which must be these.
func expectChecks(t *testing.T, p *peer.Process, names ...string) {
	t.Helper()
	for _, name := range names {
		line, err := p.Line()
		if err != nil {
			t.Fatalf("at %s: %v", name, err)
		}
		if line != "ok "+name {
			t.Errorf("%s: the JVM says %s", name, strings.ReplaceAll(line, "|", "\n"))
		}
	}
	await(t, p, "done")
}
