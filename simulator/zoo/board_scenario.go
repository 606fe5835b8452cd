// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func boardBroken() simulator.Scenario { return board(newBoard) }
func boardRight() simulator.Scenario  { return board(newOrderedBoard) }

func board(newBoard func(show func(notice)) api.RpcEndpoint) simulator.Scenario {
	shown, back := 0, 0
	show := func(n notice) {
		if n.Seq < shown {
			back = n.Seq
		}
		shown = n.Seq
	}
	return simulator.Scenario{
		Name: "reordered reconnect",
		Hosts: simulator.Hosts{
			"board": simulator.Serve("board", func(api.RpcEnv) api.RpcEndpoint { return newBoard(show) }),
			"author": func(ctx context.Context, n simulator.Node) error {
				connect := func() (api.RpcEnv, api.RpcEndpointRef, error) {
					env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-", AskTimeout: patience / 5})
					if err != nil {
						return nil, api.RpcEndpointRef{}, err
					}
					ref, err := reference(env, n, "board", "board")
					return env, ref, err
				}
				var notices []string
				for i := range simulator.Ops(n, 10) {
					notices = append(notices, fmt.Sprint("notice ", i))
				}
				return publish(ctx, n.Runtime(), connect, notices)
			},
		},
		Main: []string{"author"}, Safe: []string{"author", "board"},
		Always: simulator.Invariants{"the board never goes back": func() error {
			if back > 0 {
				return fmt.Errorf("notice %d was shown after a later one", back)
			}
			return nil
		}},
	}
}
