// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
)

// AwaitEnd asks the verifier to tell when an endpoint is gone. The answer is an EndpointState: at once when ID is 0 or the
// endpoint is gone, else when it goes or Wait is over.
type AwaitEnd struct {
	codec.AlwaysCBOR

	Name string
	ID   uint64 // of the endpoint's life; 0: not known yet
	Wait time.Duration
}

// WireName implements api.WireNamer.
func (AwaitEnd) WireName() string { return "twinwire.AwaitEnd" }

// EndpointState says whether an endpoint is there, and which of those that had or will have its name.
type EndpointState struct {
	codec.AlwaysCBOR

	ID   uint64
	Gone bool
}

// WireName implements api.WireNamer.
func (EndpointState) WireName() string { return "twinwire.EndpointState" }

// maxEndWait bounds how long a question may wait.
const maxEndWait = 5 * time.Minute

// awaitEnd is the verifier's part of a watch.
func (e *Env) awaitEnd(call api.RpcCallContext, m AwaitEnd) (EndpointState, error) {
	if m.ID == 0 {
		if in := e.dispatcher.find(m.Name); in != nil {
			return EndpointState{ID: in.life.id}, nil
		}
		return EndpointState{Gone: true}, nil
	}
	life := e.lives.find(m.ID)
	switch {
	case life == nil:
		return EndpointState{ID: m.ID, Gone: true}, nil
	case m.Wait <= 0 || !e.lives.count(1):
		return EndpointState{ID: m.ID}, nil
	}
	_, ok := life.await(min(m.Wait, maxEndWait), func(ended bool) {
		e.lives.count(-1)
		_ = call.Reply(EndpointState{ID: m.ID, Gone: ended}) // it encodes, and is the only answer
	})
	if !ok {
		e.lives.count(-1)
		return EndpointState{ID: m.ID, Gone: true}, nil
	}
	return EndpointState{}, api.ErrReplyLater
}
