// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// unheard is a scenario of a client that takes silence for a refusal.
func unheard() Scenario {
	return Scenario{
		Faults: Calm(), Main: []string{"client"},
		Hosts: Hosts{
			"server": Serve("desk", func(api.RpcEnv) api.RpcEndpoint {
				return api.Handlers(api.OnAsk(func(api.RpcCallContext, string) (bool, error) { return true, api.ErrReplyLater }))
			}),
			"client": func(ctx context.Context, n Node) error {
				env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-", AskTimeout: time.Second})
				if err != nil {
					return err
				}
				desk := env.EndpointRef(api.RpcEndpointAddress{Name: "desk", Address: api.NewRpcAddress("server", envPort)})
				_, err = api.Ask[bool](ctx, desk, "hello")
				return err
			},
		},
	}
}

// TestTheStoryTellsOfAsksThatFail: that nothing came is nothing that a message tells.
func TestTheStoryTellsOfAsksThatFail(t *testing.T) {
	e, ok := Why(WhyConfig{Budget: time.Minute}, unheard)
	if !ok {
		t.Fatal(e.Run)
	}
	const want = "ask fails: ask desk at spark://desk@server:7077: no reply in 1s (RpcEnv.AskTimeout)"
	if !strings.Contains(e.Report(), want) || strings.Contains(e.Report(), "level=DEBUG") {
		t.Error(e.Report())
	}
}
