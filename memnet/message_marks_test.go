// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/plan"
)

type ping struct{ N int }

// pings asks an endpoint on another host a few times, in a world with that plan, and returns how long each took, -1 for
// those that failed.
func pings(t *testing.T, text string) (took []time.Duration, r Result) {
	t.Helper()
	return observedPings(t, text, nil)
}

func observedPings(t *testing.T, text string, observe func(Sighting)) (took []time.Duration, r Result) {
	t.Helper()
	p, err := plan.Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	w := New(Config{Plan: &p, Record: true, Observe: observe})
	server, client := w.Host("server"), w.Host("client")
	server.Boot(func(context.Context) error {
		env, err := server.NewRpcEnv(api.RpcEnvConfig{Bind: "server:7077"})
		if err != nil {
			return err
		}
		_, err = env.SetupEndpoint("echo", api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m ping) (ping, error) { return m, nil })))
		return err
	})
	client.Boot(func(ctx context.Context) error {
		env, err := client.NewRpcEnv(api.RpcEnvConfig{})
		if err != nil {
			return err
		}
		ref := env.EndpointRef(api.RpcEndpointAddress{Name: "echo", Address: api.NewRpcAddress("server", 7077)})
		for i := range 4 {
			start := w.now
			if _, err := api.Ask[ping](ctx, ref, ping{N: i}); err != nil {
				took = append(took, -1)
				continue
			}
			took = append(took, time.Duration(w.now-start))
			if err := api.Sleep(ctx, client.Runtime(), 10*time.Millisecond); err != nil { // a reset behind the reply arrives
				return err
			}
		}
		return nil
	})
	if r = w.Run(nil); r.Verdict != Passed {
		t.Fatalf("%v %v", r.Verdict, r.Err)
	}
	return took, r
}

func TestFaultsOnMessages(t *testing.T) {
	const usual = 20 * time.Millisecond
	for _, test := range []struct {
		plan string
		want [4]string // usual, late, failed
	}{
		{"on rpc:ping #2 delay 300ms", [4]string{"usual", "late", "usual", "usual"}},
		{"on rpc:ping from client #2-3 delay 300ms", [4]string{"usual", "late", "late", "usual"}},
		{"on rpc:ping from server #2 delay 300ms", [4]string{"usual", "usual", "usual", "usual"}},
		{"on rpc:RpcResponse from server #3 delay 300ms", [4]string{"usual", "usual", "late", "usual"}},
		{"on rpc:ping #2 cut before", [4]string{"usual", "failed", "usual", "usual"}},
		{"on rpc:ping #2 cut inside", [4]string{"usual", "failed", "usual", "usual"}},
		{"on rpc:ping #2 cut after", [4]string{"usual", "failed", "usual", "usual"}},
		{"on rpc:RpcResponse #1 cut inside", [4]string{"failed", "usual", "usual", "usual"}},
		{"on rpc:RpcResponse #1 cut after", [4]string{"usual", "usual", "usual", "usual"}},
		{"on rpc:pong #1-4 cut before", [4]string{"usual", "usual", "usual", "usual"}},
		{"on rpc:ping connection 1 #2 delay 300ms", [4]string{"usual", "late", "usual", "usual"}},
		{"on rpc:ping connection 2 #2 delay 300ms", [4]string{"usual", "usual", "usual", "usual"}},
		{"on rpc:ping #1 cut before\non rpc:ping from client connection 2 #2 delay 300ms", [4]string{"failed", "usual", "late", "usual"}},
		{"on write from client to server connection 1 #3 cut before", [4]string{"usual", "usual", "failed", "usual"}},
		{"on dial #1 delay 300ms", [4]string{"late", "usual", "usual", "usual"}},
	} {
		took, r := pings(t, "plan 1\nlink * -> * latency=100us+exp(400us)\n"+test.plan+"\n")
		for i, d := range took {
			got := "usual"
			switch {
			case d < 0:
				got = "failed"
			case d > 300*time.Millisecond:
				got = "late"
			case d > usual:
				got = d.String()
			}
			if got != test.want[i] {
				t.Errorf("%s: ask %d was %s, want %s; faults %v", test.plan, i+1, got, test.want[i], r.Faults)
			}
		}
		again, s := pings(t, r.Plan.String())
		if s.Hash != r.Hash {
			t.Errorf("%s: by the recorded plan %v, %v\n%v", test.plan, again, took, r.Plan)
		}
	}
}
