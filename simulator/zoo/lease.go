// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"errors"
	"time"

	"github.com/twinwire/twinwire/api"
)

type (
	leaseAcquire struct{ TTL time.Duration }
	leaseGranted struct{ Token uint64 }
	storeWrite   struct {
		Token uint64
		By    string
	}
)

var (
	errLeaseHeld = errors.New("lease: held by another")
	errFenced    = errors.New("store: the lease has passed to another")
)

// newLeases grants a lease to one at a time, each time with a larger token.
func newLeases(env api.RpcEnv) api.RpcEndpoint {
	var until time.Time
	var token uint64
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m leaseAcquire) (leaseGranted, error) {
		now := env.Runtime().Now()
		if now.Before(until) {
			return leaseGranted{}, errLeaseHeld
		}
		token++
		until = now.Add(m.TTL)
		return leaseGranted{Token: token}, nil
	}))
}

// newStore takes every write: the writers have checked their leases.
func newStore(wrote func(token uint64)) api.RpcEndpoint {
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m storeWrite) (bool, error) {
		wrote(m.Token)
		return true, nil
	}))
}

// newFencedStore takes a write only if it has seen no later lease.
func newFencedStore(wrote func(token uint64)) api.RpcEndpoint {
	var latest uint64
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m storeWrite) (bool, error) {
		if m.Token < latest {
			return false, errFenced
		}
		latest = m.Token
		wrote(m.Token)
		return true, nil
	}))
}

const (
	leaseTTL  = 300 * time.Millisecond
	leaseWork = 200 * time.Millisecond
)

// writeUnderLease takes the lease, works, and writes if the lease is good still.
func writeUnderLease(ctx context.Context, rt api.Runtime, leases, store api.RpcEndpointRef, me string) error {
	asked := rt.Now()
	granted, err := api.Ask[leaseGranted](ctx, leases, leaseAcquire{TTL: leaseTTL})
	if err != nil {
		return err
	}
	if err := api.Sleep(ctx, rt, leaseWork); err != nil {
		return err
	}
	if rt.Now().Sub(asked) >= leaseTTL {
		return nil // too late
	}
	_, err = api.Ask[bool](ctx, store, storeWrite{Token: granted.Token, By: me})
	return err
}
