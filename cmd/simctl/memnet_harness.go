// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net"
	"strconv"

	"github.com/twinwire/twinwire/conformance"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

// memnetHarness is the simulated world, as conformance wants it.
func memnetHarness() conformance.Harness {
	return conformance.Harness{
		Name:       "memnet",
		Can:        conformance.Everything,
		Serializer: defaultSerializer(),
		Run: func(seed uint64, faults fault.Profile, body func(conformance.World)) (fault.Counts, error) {
			w := memnet.New(memnet.Config{Seed: seed, Faults: faults})
			r := w.Run(func(ctx context.Context) error {
				body(simulatedWorld{w, ctx})
				return nil
			})
			return r.Faults, r.Err
		},
	}
}

// simulatedWorld is a memnet world.
type simulatedWorld struct {
	world *memnet.World
	ctx   context.Context
}

func (w simulatedWorld) Context() context.Context          { return w.ctx }
func (w simulatedWorld) Host(name string) conformance.Host { return simulatedHost{w.world.Host(name)} }
func (w simulatedWorld) Crash(host string)                 { w.world.Host(host).Crash() }

// simulatedHost is a memnet host.
type simulatedHost struct{ *memnet.Host }

func (h simulatedHost) Address(port int) string {
	return net.JoinHostPort(h.Name(), strconv.Itoa(port))
}
