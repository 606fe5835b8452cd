// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/endtest"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/memnet"
	"github.com/twinwire/twinwire/netty"
)

// stage is where the body of a test runs as task code: with the machine's sockets, or inside a simulation.
type stage struct {
	*testing.T
	ctx     context.Context
	rt      api.Runtime
	network api.Network // of the side that dials
	there   api.Network // of the side that listens
	bind    string
	files   api.Files
	dir     string        // for files
	short   time.Duration // long for the world, short for who waits
	closers []func(ctx context.Context) error
	tasks   *api.Group

	simulated bool
}

// inWorlds runs body on the machine and in three simulations.
func inWorlds(t *testing.T, body func(s *stage)) {
	t.Helper()
	t.Run("netty", func(t *testing.T) { onMachine(t, body) })
	t.Run("memnet", func(t *testing.T) {
		for seed := range uint64(3) {
			inSimulation(t, seed, body)
		}
	})
}

func onMachine(t *testing.T, body func(s *stage)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // a hang is a failure
	defer cancel()
	s := &stage{T: t, ctx: ctx, rt: netty.NewRuntime(), bind: "127.0.0.1:0", dir: t.TempDir(), short: 40 * time.Millisecond}
	s.network = netty.TCP(netty.TCPConfig{SendBuffer: 256 << 10, ReceiveBuffer: 256 << 10})
	s.there, s.files = s.network, netty.OSFiles()
	s.play(body)
}

func inSimulation(t *testing.T, seed uint64, body func(s *stage)) {
	t.Helper()
	w := memnet.New(memnet.Config{Seed: seed})
	r := w.Run(func(ctx context.Context) error {
		near, far := w.Host("near"), w.Host("far")
		s := &stage{T: t, ctx: ctx, rt: near.Runtime(), network: near.Network(), there: far.Network(), bind: "far:0", short: 10 * time.Second}
		s.files, s.simulated = near.Files(), true
		s.play(body)
		return nil
	})
	if r.Verdict != memnet.Passed {
		t.Errorf("seed %d: %v: %v, pending %v", seed, r.Verdict, r.Err, r.Pending)
	}
}

// play runs body, closes what it made and waits for its tasks.
func (s *stage) play(body func(s *stage)) {
	s.tasks = api.NewGroup(s.rt)
	body(s)
	s.close()
	endtest.Must(s.ctx, s.T, s.rt, s.tasks.Wait)
}

// start runs f beside the body.
func (s *stage) start(name string, f func()) { s.tasks.Go(name, func() error { f(); return nil }) }

func (s *stage) close() {
	for _, closer := range slices.Backward(s.closers) {
		endtest.Must(s.ctx, s.T, s.rt, closer)
	}
}

func (s *stage) server(cfg transport.Config, h transport.RpcHandler, keepers ...transport.ServerBootstrap) *transport.Server {
	s.Helper()
	server, err := transport.NewServer(s.ctx, s.rt, s.there, s.bind, cfg, h, keepers...)
	if err != nil {
		s.Fatal(err)
	}
	s.closers = append(s.closers, server.Close)
	return server
}

func (s *stage) factory(cfg transport.Config) *transport.ClientFactory {
	return s.factoryOf(cfg, &app{})
}

// factoryOf is a factory whose side h serves.
func (s *stage) factoryOf(cfg transport.Config, h transport.RpcHandler) *transport.ClientFactory {
	f := transport.NewClientFactory(s.rt, s.network, cfg, h)
	s.closers = append(s.closers, f.Close)
	return f
}

// client makes a connection of its own to address.
func (s *stage) client(cfg transport.Config, address string) *transport.Client {
	s.Helper()
	return s.clientOf(s.factory(cfg), address)
}

func (s *stage) clientOf(f *transport.ClientFactory, address string) *transport.Client {
	s.Helper()
	c, err := f.Client(s.ctx, address)
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// dead is an address where nobody listens.
func (s *stage) dead() string {
	s.Helper()
	l, err := s.there.Listen(s.ctx, s.bind)
	if err != nil {
		s.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// until waits for a condition.
func (s *stage) until(what string, holds func() bool) {
	s.Helper()
	for deadline := s.rt.Now().Add(30 * time.Second); !holds(); {
		if s.rt.Now().After(deadline) {
			s.Fatal("in vain waited for:", what)
		}
		s.sleep(time.Millisecond)
	}
}

func (s *stage) sleep(d time.Duration) {
	if err := api.Sleep(s.ctx, s.rt, d); err != nil {
		s.Error(err)
	}
}

// isClosed says whether err is an I/O error of the connection.
func isClosed(err error) bool { return errors.Is(err, api.ErrConnectionClosed) }
