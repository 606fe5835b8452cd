// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"fmt"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// onNode runs f on host "a" of a world of two hosts.
func onNode(t *testing.T, f func(n Node) error) {
	t.Helper()
	res := Run(RunConfig{}, func() Scenario {
		return Scenario{Faults: Calm(), Hosts: Hosts{
			"a": func(_ context.Context, n Node) error { return f(n) },
			"b": func(context.Context, Node) error { return nil },
		}}
	})
	if res.Verdict != Passed {
		t.Error(res.Report())
	}
}

func TestNodeAddress(t *testing.T) {
	onNode(t, func(n Node) error {
		if got, err := n.Address("b"); err != nil || got != (api.RpcAddress{Host: "b", Port: 7077}) {
			return fmt.Errorf("address of b: %v, %v", got, err)
		}
		if _, err := n.Address("c"); err == nil || err.Error() != `address of "c": no such host; the scenario has a, b` {
			return fmt.Errorf("address of c: %v", err)
		}
		return nil
	})
}

func TestNodeRpcEnv(t *testing.T) {
	for bind, want := range map[string]api.RpcAddress{"": {Host: "a", Port: 7077}, "-": {}, "a:9000": {Host: "a", Port: 9000}} {
		onNode(t, func(n Node) error {
			env, err := n.RpcEnv(api.RpcEnvConfig{Bind: bind})
			if err != nil {
				return err
			}
			if env.Address() != want || n.Name() != "a" {
				return fmt.Errorf("env of %s with bind %q is at %v, want %v", n.Name(), bind, env.Address(), want)
			}
			return nil
		})
	}
}

func TestNodeBlocks(t *testing.T) {
	onNode(t, func(n Node) error {
		s, err := n.Blocks(api.BlockTransferConfig{}, nil)
		if err != nil {
			return err
		}
		if at := s.Address(); at.Host != "a" || at.Port == 0 || at.Port == envPort {
			return fmt.Errorf("blocks of a at %v, want a free port", at)
		}
		return nil
	})
}
