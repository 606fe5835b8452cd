// SPDX-License-Identifier: Apache-2.0

package netty_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/endtest"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/netty"
)

// blocks is a manager without blocks.
type blocks struct{}

func (blocks) GetBlockData(id string) (api.ManagedBuffer, error)    { return nil, api.ErrBlockNotFound }
func (blocks) PutBlockData(string, api.ManagedBuffer, []byte) error { return nil }

func newEnv(t *testing.T, cfg netty.Config) api.RpcEnv {
	t.Helper()
	env, err := netty.NewRpcEnv(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endtest.Must(t.Context(), t, env.Runtime(), env.Shutdown) })
	return env
}

func TestConfigMistakesAreReportedTogether(t *testing.T) {
	_, err := netty.NewRpcEnv(netty.Config{Bind: "nowhere", MaxMessageSize: -1, MessageLoops: -1})
	if err == nil {
		t.Fatal("no error")
	}
	for _, field := range []string{"Bind", "MaxMessageSize", "MessageLoops"} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("%s is not named in: %v", field, err)
		}
	}
}

// TestAdvertiseHost: what no peer could dial is a mistake of the configuration.
func TestAdvertiseHost(t *testing.T) {
	for host, good := range map[string]bool{
		"": true, "node-1.example": true, "10.0.0.1": true, "::1": true, "[::1]": true, "fe80::1": true, "é": true,
		"a b": false, "host:1": false, "/x": false, "[host": false, "user@host": false, "100%": false, "[]": false,
	} {
		env, err := netty.NewRpcEnv(netty.Config{Bind: "127.0.0.1:0", AdvertiseHost: host})
		if err == nil {
			if ref := (api.RpcEndpointAddress{Name: "e", Address: env.Address()}); good {
				if back, err := api.ParseRpcEndpointAddress(ref.String()); err != nil || back != ref {
					t.Errorf("%q: %v is read as %v, %v", host, ref, back, err)
				}
			}
			endtest.Must(t.Context(), t, env.Runtime(), env.Shutdown)
		}
		svc, failed := netty.NewBlockTransferService(netty.BlockConfig{AdvertiseHost: host}, blocks{})
		if failed == nil {
			endtest.Must(t.Context(), t, svc.Runtime(), svc.Close)
		}
		for _, err := range []error{err, failed} {
			if (err == nil) != good || err != nil && !strings.Contains(err.Error(), "AdvertiseHost") {
				t.Errorf("%q: %v", host, err)
			}
		}
	}
}

func TestEnvAtTakenPort(t *testing.T) {
	first := newEnv(t, netty.Config{Bind: "127.0.0.1:0"})
	_, err := netty.NewRpcEnv(netty.Config{Bind: first.Address().HostPort(), PortRetries: -1})
	for _, want := range []error{api.ErrAddressInUse, syscall.EADDRINUSE} {
		if !errors.Is(err, want) {
			t.Errorf("NewRpcEnv at a taken port: %v, want %v", err, want)
		}
	}
}

func TestEnvDefaults(t *testing.T) {
	env := newEnv(t, netty.Config{})
	if !env.Address().IsZero() {
		t.Errorf("an env without Bind listens at %v", env.Address())
	}
	if env.Logger() == nil {
		t.Error("an env without a logger")
	}
}

func TestBlockServiceDefaults(t *testing.T) {
	s, err := netty.NewBlockTransferService(netty.BlockConfig{}, blocks{})
	if err != nil {
		t.Fatal(err)
	}
	if at := s.Address(); at.Host != "127.0.0.1" || at.Port == 0 {
		t.Errorf("a service without Bind listens at %v", at)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// Asks through the loopback proxy end in a reply or a clear error, whatever the network does.
func TestAsksThroughFaults(t *testing.T) {
	server := newEnv(t, netty.Config{Bind: "127.0.0.1:0"})
	_, err := server.SetupEndpoint("doubler", api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m Double) (Doubled, error) { return Doubled{N: 2 * m.N}, nil }),
	))
	if err != nil {
		t.Fatal(err)
	}
	p := fault.Profile{
		LatencyMean: 200 * time.Microsecond, SplitPPM: 300_000, ResetPPM: 30_000, RefusePPM: 100_000,
	}
	proxy := fault.NewNetwork(netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), p, "client")
	client := newEnv(t, netty.Config{Network: proxy, ConnectRetries: 20, ConnectRetryWait: time.Millisecond})
	ref := client.EndpointRef(api.RpcEndpointAddress{Name: "doubler", Address: server.Address()})
	replies, lost := 0, 0
	for i := range 500 {
		got, err := api.Ask[Doubled](t.Context(), ref, Double{N: i})
		switch {
		case err == nil && got.N == 2*i:
			replies++
		case errors.Is(err, api.ErrConnectionClosed):
			lost++
		default:
			t.Fatalf("ask %d: %v, %v", i, got, err)
		}
	}
	c := proxy.Counts()
	if replies < 400 || uint64(lost) > c[fault.Reset] || c[fault.Reset] == 0 || c[fault.Split] == 0 {
		t.Errorf("%d replies, %d lost, faults fired: %v", replies, lost, c)
	}
	if err := proxy.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
