// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// Stack is an implementation that runs on the machine, in real time, over a Network.
type Stack struct {
	// Name stands in tables, such as "tcp".
	Name string
	// Runtime is the machine's.
	Runtime api.Runtime
	// Network carries the connections. The fault proxy stands in front of what it dials.
	Network api.Network
	// Host is the address every host of a world binds at. Empty: "127.0.0.1".
	Host string
	// Serializer is that of [Harness].
	Serializer api.Serializer
	// NewRpcEnv makes an env, whose Network is given. Nil: the properties of an RpcEnv do not apply.
	NewRpcEnv func(cfg api.RpcEnvConfig) (api.RpcEnv, error)
	// NewBlockTransferService makes a service, whose Network is given. Nil: its properties do not apply.
	NewBlockTransferService func(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error)

	_ struct{}
}

// tearDownTime bounds how long a world may take to end.
const tearDownTime = 20 * time.Second

// OverNetwork makes the harness of a stack on the machine. Each host of a world is an address of its own port; what it
// dials passes a fault proxy, so the same plans run as in a simulation. The plans are a function of the seed; what the
// machine makes of them is not.
func OverNetwork(s Stack) Harness {
	if s.Host == "" {
		s.Host = "127.0.0.1"
	}
	can := Connections | Plugged
	if s.NewRpcEnv != nil {
		can |= Rpc
	}
	if s.NewBlockTransferService != nil {
		can |= Blocks
	}
	return Harness{Name: s.Name, Can: can, Serializer: s.Serializer, Run: func(_ uint64, faults fault.Profile, body func(w World)) (fault.Counts, error) {
		w := &machineWorld{stack: s, faults: faults, hosts: map[string]*machineHost{}}
		ctx, cancel := api.WithCancel(context.Background(), s.Runtime)
		w.ctx = ctx
		body(w)
		cancel()
		err := w.tearDown()
		return w.fired(), err
	}}
}

// machineWorld is one run on the machine.
type machineWorld struct {
	stack  Stack
	faults fault.Profile
	ctx    context.Context

	mu    sync.Mutex
	hosts map[string]*machineHost
	order []*machineHost
	ends  []func(ctx context.Context) error // of what hosts made
}

func (w *machineWorld) Context() context.Context { return w.ctx }

func (w *machineWorld) Host(name string) Host {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.hosts[name]
	if h == nil {
		proxy := fault.NewNetwork(w.stack.Runtime, w.stack.Network, w.faults, name)
		proxy.ListenAddr = net.JoinHostPort(w.stack.Host, "0")
		h = &machineHost{world: w, name: name, network: proxy}
		w.hosts[name] = h
		w.order = append(w.order, h)
	}
	return h
}

// fired sums up the faults of all hosts.
func (w *machineWorld) fired() fault.Counts {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := fault.Counts{}
	for _, h := range w.order {
		c.Add(h.network.Counts())
	}
	return c
}

func (w *machineWorld) atEnd(f func(ctx context.Context) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = append(w.ends, f)
}

// tearDown stops what the hosts made and have not stopped themselves, then the proxies.
func (w *machineWorld) tearDown() error {
	w.mu.Lock()
	ends := slices.Clone(w.ends)
	for _, h := range w.order {
		ends = append(ends, h.network.Close)
	}
	w.mu.Unlock()
	var errs []error
	for _, end := range ends {
		ctx, cancel := api.WithTimeout(context.Background(), w.stack.Runtime, tearDownTime)
		errs = append(errs, end(ctx))
		cancel()
	}
	return errors.Join(errs...)
}

// machineHost is one host of a machineWorld.
type machineHost struct {
	world   *machineWorld
	name    string
	network *fault.ProxyNetwork
}

func (h *machineHost) Name() string         { return h.name }
func (h *machineHost) Runtime() api.Runtime { return h.world.stack.Runtime }
func (h *machineHost) Network() api.Network { return h.network }
func (h *machineHost) Address(port int) string {
	return net.JoinHostPort(h.world.stack.Host, strconv.Itoa(port))
}

func (h *machineHost) NewRpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	if cfg.Name == "" {
		cfg.Name = h.name
	}
	if cfg.Network == nil {
		cfg.Network = h.network
	}
	env, err := h.world.stack.NewRpcEnv(cfg)
	if err == nil {
		h.world.atEnd(env.Shutdown)
	}
	return env, err
}

func (h *machineHost) NewBlockTransferService(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error) {
	if cfg.Network == nil {
		cfg.Network = h.network
	}
	s, err := h.world.stack.NewBlockTransferService(cfg, m)
	if err == nil {
		h.world.atEnd(s.Close)
	}
	return s, err
}
