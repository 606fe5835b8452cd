// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// outcome collects what one call of any kind ends with.
type outcome struct {
	data bytes.Buffer
	end  chan error
}

func newOutcome() *outcome { return &outcome{end: make(chan error, 2)} }

// bytes waits for the end and returns what came.
func (o *outcome) bytes(t *testing.T) []byte {
	t.Helper()
	if err := o.wait(t); err != nil {
		t.Error(err)
	}
	return o.data.Bytes()
}

// failure waits for the end and returns the text of the remote failure.
func (o *outcome) failure(t *testing.T) string {
	t.Helper()
	err := o.wait(t)
	remote, ok := err.(*transport.RemoteFailure)
	if !ok {
		t.Errorf("outcome: %v, want a remote failure", err)
		return ""
	}
	return remote.Text
}

func (o *outcome) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-o.end:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("no outcome")
		return nil
	}
}

type rpcOutcome struct{ *outcome }

func (o rpcOutcome) OnSuccess(body []byte) { o.data.Write(body); o.end <- nil }
func (o rpcOutcome) OnFailure(cause error) { o.end <- cause }

type chunkOutcome struct{ *outcome }

func (o chunkOutcome) OnSuccess(_ int32, chunk api.ManagedBuffer) {
	b, err := chunk.Bytes()
	o.data.Write(b)
	o.end <- err
}
func (o chunkOutcome) OnFailure(_ int32, cause error) { o.end <- cause }

type streamOutcome struct{ *outcome }

func (o streamOutcome) OnData(p []byte) error { o.data.Write(p); return nil }
func (o streamOutcome) OnComplete()           { o.end <- nil }
func (o streamOutcome) OnFailure(cause error) { o.end <- cause }
