// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func abaBroken() simulator.Scenario { return aba(fromZero) }
func abaRight() simulator.Scenario  { return aba(ofThisLife) }

func aba(begin func(api.Runtime) version) simulator.Scenario {
	var wrong error
	swapped := func(old string, m cellSwap) {
		if old != m.Seen.Value {
			wrong = fmt.Errorf("a swap of %q replaced %q", m.Seen.Value, old)
		}
	}
	changer := func(ctx context.Context, n simulator.Node) error {
		_, cell, err := connect(n, "cell", "server")
		if err != nil {
			return err
		}
		for i := range simulator.Ops(n, 5) {
			if change(ctx, n.Runtime(), cell, fmt.Sprint(n.Name(), " ", i)) != nil {
				if err := api.Sleep(ctx, n.Runtime(), patience/10); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return simulator.Scenario{
		Name: "aba after restart",
		Hosts: simulator.Hosts{
			"server": simulator.Serve("cell", func(env api.RpcEnv) api.RpcEndpoint { return newCell(begin(env.Runtime()), swapped) }),
			"ann":    changer, "bob": changer, "cy": changer,
		},
		Main: []string{"ann", "bob", "cy"}, Safe: []string{"ann", "bob", "cy"},
		Always: simulator.Invariants{"a swap replaces what was seen": func() error { return wrong }},
	}
}
