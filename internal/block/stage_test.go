// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
	"github.com/twinwire/twinwire/netty"
)

// stage is where the body of a test runs as task code: on the machine, or inside a simulation. Near and far are the two
// sides; on the machine they are the same.
type stage struct {
	*testing.T
	ctx       context.Context
	rt        api.Runtime
	near, far place
	short     time.Duration // long for the world, short for who waits
	closers   []func(ctx context.Context) error
	audit     *api.BufferAudit // of every service
}

// place is where services are made.
type place struct {
	files   api.Files
	dir     string // for files
	network api.Network
	bind    string
	service func(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error)
}

// inWorlds runs body on the machine and in three simulations.
func inWorlds(t *testing.T, body func(s *stage)) {
	t.Helper()
	t.Run("netty", func(t *testing.T) {
		here := place{netty.OSFiles(), t.TempDir(), netty.TCP(netty.TCPConfig{}), "127.0.0.1:0", netty.NewBlockTransferService}
		s := &stage{T: t, ctx: t.Context(), rt: netty.NewRuntime(), near: here, far: here, short: 40 * time.Millisecond, audit: &api.BufferAudit{}}
		before := countLeftovers()
		s.play(body)
		nothingLeft(t, before)
	})
	t.Run("memnet", func(t *testing.T) {
		for seed := range uint64(3) {
			inSimulation(t, seed, body)
		}
	})
}

func inSimulation(t *testing.T, seed uint64, body func(s *stage)) {
	t.Helper()
	w := memnet.New(memnet.Config{Seed: seed})
	on := func(h *memnet.Host) place {
		return place{h.Files(), "", h.Network(), h.Name() + ":0", h.NewBlockTransferService}
	}
	r := w.Run(func(ctx context.Context) error {
		near, far := w.Host("near"), w.Host("far")
		s := &stage{T: t, ctx: ctx, rt: near.Runtime(), near: on(near), far: on(far), short: 10 * time.Second, audit: &api.BufferAudit{}}
		s.play(body)
		return nil
	})
	if r.Verdict != memnet.Passed {
		t.Errorf("seed %d: %v: %v, pending %v", seed, r.Verdict, r.Err, r.Pending)
	}
}

// play runs body and closes what it made. Every buffer is released then, and none was touched afterwards.
func (s *stage) play(body func(s *stage)) {
	body(s)
	for _, closer := range slices.Backward(s.closers) {
		if err := closer(context.WithoutCancel(s.ctx)); err != nil {
			s.Error("close:", err)
		}
	}
	if err := s.audit.Err(); err != nil {
		s.Error(err)
	}
}

// service makes a service at p that serves the blocks of m.
func (s *stage) service(p place, cfg api.BlockTransferConfig, m api.BlockDataManager) api.BlockTransferService {
	s.Helper()
	cfg.Audit = s.audit
	svc, err := p.service(cfg, m)
	if err != nil {
		s.Fatal(err)
	}
	s.closers = append(s.closers, svc.Close)
	return svc
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
