// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"errors"
	"time"

	"github.com/twinwire/twinwire/api"
)

type (
	grain struct {
		Sack int
		From api.RpcEndpointRef
	}
	flour struct{ Sack int }
)

var errMillSilent = errors.New("mill: no answer")

// newMill grinds each sack that is brought, one after the other.
func newMill(brought func(sack int)) api.RpcEndpoint {
	return api.Handlers(api.OnSend(func(call api.RpcCallContext, g grain) error {
		brought(g.Sack)
		return g.From.Send(flour{Sack: g.Sack})
	}))
}

// newYard puts the flour that comes into a queue.
func newYard(got *api.Queue[flour]) api.RpcEndpoint {
	return api.Handlers(api.OnSend(func(call api.RpcCallContext, f flour) error { return got.Put(call.Context(), f) }))
}

// waits says how long to wait for an answer before the nth copy is sent; 0: no more copies.
type waits func(copies int) time.Duration

// impatient sends a copy every 50 ms.
func impatient(int) time.Duration { return 50 * time.Millisecond }

// moderate waits twice as long each time, and sends six copies at most.
func moderate(copies int) time.Duration {
	if copies == 6 {
		return 0
	}
	return 50 * time.Millisecond << copies
}

// grind brings a sack until its flour comes.
func grind(ctx context.Context, rt api.Runtime, mill, self api.RpcEndpointRef, got *api.Queue[flour], sack int, wait waits) error {
	for copies := 1; ; copies++ {
		_ = mill.Send(grain{Sack: sack, From: self}) // a copy that cannot be sent is lost like others
		limit := wait(copies)
		if limit == 0 {
			return errMillSilent
		}
		patient, cancel := api.WithTimeout(ctx, rt, limit)
		f, err := got.Get(patient)
		for err == nil && f.Sack != sack { // of an earlier copy
			f, err = got.Get(patient)
		}
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
}
