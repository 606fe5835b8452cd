// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func leaseBroken() simulator.Scenario { return lease(newStore) }
func leaseRight() simulator.Scenario  { return lease(newFencedStore) }

func lease(newStore func(wrote func(token uint64)) api.RpcEndpoint) simulator.Scenario {
	var latest, late uint64
	wrote := func(token uint64) {
		if token < latest {
			late = token
		}
		latest = max(latest, token)
	}
	holder := func(ctx context.Context, n simulator.Node) error {
		env, leases, err := connect(n, "leases", "locks")
		if err != nil {
			return err
		}
		store, err := reference(env, n, "store", "store")
		if err != nil {
			return err
		}
		for range simulator.Ops(n, 10) {
			if writeUnderLease(ctx, n.Runtime(), leases, store, n.Name()) != nil {
				if err := api.Sleep(ctx, n.Runtime(), leaseWork/2); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return simulator.Scenario{
		Name: "lease without fencing",
		Hosts: simulator.Hosts{
			"locks": simulator.Serve("leases", newLeases),
			"store": simulator.Serve("store", func(api.RpcEnv) api.RpcEndpoint { return newStore(wrote) }),
			"ann":   holder, "bob": holder,
		},
		Safe: []string{"locks", "store"},
		Always: simulator.Invariants{"no write under an old lease": func() error {
			if late > 0 {
				return fmt.Errorf("a write with token %d came after one with token %d", late, latest)
			}
			return nil
		}},
	}
}
