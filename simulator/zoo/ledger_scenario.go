// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func ledgerBroken() simulator.Scenario { return ledger(newLedger) }
func ledgerRight() simulator.Scenario  { return ledger(newIdempotentLedger) }

func ledger(newLedger func(book func(payment)) api.RpcEndpoint) simulator.Scenario {
	booked, twice := map[string]bool{}, ""
	book := func(p payment) {
		if booked[p.ID] {
			twice = p.ID
		}
		booked[p.ID] = true
	}
	return simulator.Scenario{
		Name: "double apply",
		Hosts: simulator.Hosts{
			"bank": simulator.Serve("ledger", func(api.RpcEnv) api.RpcEndpoint { return newLedger(book) }),
			"shop": func(ctx context.Context, n simulator.Node) error {
				_, ref, err := connect(n, "ledger", "bank")
				if err != nil {
					return err
				}
				run := n.Runtime().Rand().Uint64()
				for i := range simulator.Ops(n, 10) {
					_ = pay(ctx, ref, payment{ID: fmt.Sprintf("%x-%d", run, i), Amount: 1}) // an unpaid one is no double one
					if err := api.Sleep(ctx, n.Runtime(), patience/10); err != nil {
						return err
					}
				}
				return nil
			},
		},
		Safe: []string{"bank"},
		Always: simulator.Invariants{"no payment is booked twice": func() error {
			if twice != "" {
				return fmt.Errorf("payment %s was booked again", twice)
			}
			return nil
		}},
	}
}
