// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
	"github.com/twinwire/twinwire/internal/transport"
)

// staleFetch is what Spark answers to a fetch of merged blocks that a newer merge has replaced.
const staleFetch = "stale shuffle block fetch request as shuffle blocks of a higher shuffleMergeId for the shuffle is available"

var outcomes = []api.PushOutcome{api.PushTooLate, api.PushTooOld, api.PushStale, api.PushCollision}

func pushError(o api.PushOutcome) error {
	return &api.BlockPushError{BlockID: "shufflePush_0_0_0_0", Outcome: o}
}

func TestERH01ErrorRetry(t *testing.T) {
	for _, o := range outcomes {
		if got, want := block.PushGoesOn(pushError(o)), o == api.PushCollision; got != want {
			t.Errorf("push, %v: %v", pushError(o), got)
		}
	}
	refused := &transport.ConnectionError{Op: "connect", Remote: "far:1", Cause: errors.New("connection refused")}
	if block.PushGoesOn(fmt.Errorf("push: %w", refused)) {
		t.Error("push, refused connection: goes on")
	}
	if block.PushGoesOn(fmt.Errorf("push: %w", fs.ErrNotExist)) {
		t.Error("push, a file that is gone: goes on")
	}
	if !block.PushGoesOn(errors.New("anything else")) || !block.PushGoesOn(ioError) {
		t.Error("push, another error: does not go on")
	}
	stale := &transport.RemoteFailure{Text: "java.lang.RuntimeException: " + staleFetch}
	if block.WorthFetching(errors.Join(stale, ioError)) || !block.WorthFetching(ioError) {
		t.Error("fetch: a stale one is tried again, or a broken connection is not")
	}
}

func TestERH02ErrorLogging(t *testing.T) {
	for _, o := range outcomes {
		if block.WorthTelling(pushError(o)) {
			t.Errorf("push, %v: told", pushError(o))
		}
	}
	if block.WorthTelling(&transport.RemoteFailure{Text: "x: " + staleFetch}) {
		t.Error("a stale fetch is told")
	}
	if !block.WorthTelling(runtimeError) || !block.WorthTelling(ioError) {
		t.Error("another error is not told")
	}
}
