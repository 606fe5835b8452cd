// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func electionBroken() simulator.Scenario { return election(ofReachable) }
func electionRight() simulator.Scenario  { return election(ofAll) }

func election(wins majority) simulator.Scenario {
	nodes := []string{"n1", "n2", "n3"}
	var mu sync.Mutex // never held across a scheduling point
	leaders, split := map[int]string{}, error(nil)
	lead := func(term int, name string) {
		mu.Lock()
		defer mu.Unlock()
		if was := leaders[term]; was != "" {
			split = fmt.Errorf("%s and %s were both elected in term %d", was, name, term)
			return
		}
		leaders[term] = name
	}
	node := func(ctx context.Context, n simulator.Node) error {
		env, err := n.RpcEnv(api.RpcEnvConfig{})
		if err != nil {
			return err
		}
		e := newElector(n.Name(), n.Runtime(), wins)
		if _, err := env.SetupEndpoint("elector", e.endpoint()); err != nil {
			return err
		}
		var others []api.RpcEndpointRef
		for _, name := range nodes {
			ref, err := reference(env, n, "elector", name)
			if err != nil {
				return err
			}
			if name != n.Name() {
				others = append(others, ref)
			}
		}
		for range simulator.Ops(n, 5) {
			if err := api.Sleep(ctx, n.Runtime(), time.Duration(n.Runtime().Rand().Int64N(int64(time.Second)))); err != nil {
				return err
			}
			if term, elected := e.stand(ctx, others); elected {
				lead(term, n.Name())
			}
		}
		return nil
	}
	return simulator.Scenario{
		Name:   "split brain",
		Hosts:  simulator.Hosts{"n1": node, "n2": node, "n3": node},
		Safe:   nodes,
		Always: simulator.Invariants{"one leader in a term": func() error { return split }},
	}
}
