// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

// asksInWorld has some clients ask one server and returns the run's result.
func asksInWorld(seed uint64, p fault.Profile, clients, asks int) memnet.Result {
	w := memnet.New(memnet.Config{Seed: seed, Faults: p})
	w.Host("server").Boot(func(ctx context.Context) error {
		env, err := w.Host("server").NewRpcEnv(api.RpcEnvConfig{Bind: "server:7077"})
		if err != nil {
			return err
		}
		_, err = env.SetupEndpoint("greeter", greeter(env))
		return err
	})
	return w.Run(func(context.Context) error {
		for i := range clients {
			h := w.Host(fmt.Sprint("client-", i))
			h.Boot(func(ctx context.Context) error {
				env, err := h.NewRpcEnv(api.RpcEnvConfig{})
				if err != nil {
					return err
				}
				ref := env.EndpointRef(api.RpcEndpointAddress{Name: "greeter", Address: api.NewRpcAddress("server", 7077)})
				for n := range asks {
					name := fmt.Sprint(i, ".", n)
					got, err := api.Ask[greeting](ctx, ref, hello{Name: name})
					if err != nil && p.Name == "calm" {
						return err
					}
					if err == nil && got.Text != "hello "+name {
						return fmt.Errorf("asked %s, got %q", name, got.Text)
					}
				}
				return nil
			})
		}
		return nil
	})
}

// TestAskInHostileWorlds: whatever happens to the connections and the server, no ask gets another's reply or waits for
// ever.
func TestAskInHostileWorlds(t *testing.T) {
	faults := fault.Counts{}
	for seed := range uint64(50) {
		r := asksInWorld(seed, rough(), 3, 20)
		if r.Verdict != memnet.Passed {
			t.Errorf("seed %d: %v: %v, pending %v", seed, r.Verdict, r.Err, r.Pending)
		}
		faults.Add(r.Faults)
	}
	for _, k := range []fault.Kind{fault.Delay, fault.Split, fault.Reset, fault.Partition, fault.Crash} {
		if faults[k] == 0 {
			t.Errorf("no %s in any seed: %v", k, faults)
		}
	}
}

func TestAskInWorld(t *testing.T) {
	a, b, c := asksInWorld(1, fault.Calm(), 3, 20), asksInWorld(1, fault.Calm(), 3, 20), asksInWorld(2, fault.Calm(), 3, 20)
	if a.Err != nil || a.Hash != b.Hash || a.Hash == c.Hash {
		t.Fatalf("%v: %v, hashes %x %x %x, pending %v", a.Verdict, a.Err, a.Hash, b.Hash, c.Hash, a.Pending)
	}
}

// rough is a profile that strikes more often than the hostile one, and less hard.
func rough() fault.Profile {
	p := fault.Hostile()
	p.LatencyMin, p.LatencyMean, p.TailMax, p.LossPPM = 50*time.Microsecond, 5*time.Millisecond, time.Second, 2_000
	p.ResetPPM, p.HangMax, p.ClogMean = 3_000, 5*time.Second, 300*time.Millisecond
	p.PartitionEvery, p.PartitionMin, p.PartitionMax = 2*time.Second, 50*time.Millisecond, 2*time.Second
	p.CrashEvery, p.DownMin, p.DownMax, p.DownPPM = 3*time.Second, 50*time.Millisecond, 2*time.Second, 0
	p.PauseMax, p.Until = 3*time.Second, 30*time.Second
	return p
}
