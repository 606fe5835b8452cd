// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// Mutant is an implementation broken on purpose, to see that the suite can fail. It decorates what the hosts of a harness
// make, through the interfaces of package api, so it breaks any implementation in the same way.
type Mutant struct {
	Name     string
	About    string   // what is broken
	CaughtBy []string // names of properties that catch it
	Wrap     func(Harness) Harness
}

// Mutants returns all mutants, by name.
func Mutants() []Mutant {
	return []Mutant{doubleCallback(), earlyTimeout(), emptySuccess(), resendAsk(), swapSends(), unstableSerializer()}
}

// onHosts returns h with wrap around each host of its worlds.
func onHosts(h Harness, wrap func(Host) Host) Harness {
	run := h.Run
	h.Run = func(seed uint64, faults fault.Profile, body func(World)) (fault.Counts, error) {
		return run(seed, faults, func(w World) { body(mutantWorld{w, wrap}) })
	}
	return h
}

// mutantWorld is a world of broken hosts.
type mutantWorld struct {
	World
	wrap func(Host) Host
}

func (w mutantWorld) Host(name string) Host { return w.wrap(w.World.Host(name)) }

// Crash crashes a host, where the harness says that its worlds can do that.
func (w mutantWorld) Crash(host string) { w.World.(Crasher).Crash(host) }

// onEnvs returns h with wrap around each env.
func onEnvs(h Harness, wrap func(api.RpcEnv) api.RpcEnv) Harness {
	return onHosts(h, func(host Host) Host { return envHost{host, wrap} })
}

type envHost struct {
	Host
	wrap func(api.RpcEnv) api.RpcEnv
}

func (h envHost) NewRpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	env, err := h.Host.NewRpcEnv(cfg)
	if err != nil {
		return nil, err
	}
	return h.wrap(env), nil
}

// onListeners returns h with wrap around the listener of each fetch.
func onListeners(h Harness, wrap func(api.BlockFetchingListener) api.BlockFetchingListener) Harness {
	return onHosts(h, func(host Host) Host { return listenerHost{host, wrap} })
}

type listenerHost struct {
	Host
	wrap func(api.BlockFetchingListener) api.BlockFetchingListener
}

func (h listenerHost) NewBlockTransferService(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error) {
	s, err := h.Host.NewBlockTransferService(cfg, m)
	if err != nil {
		return nil, err
	}
	return listenerService{s, h.wrap}, nil
}

type listenerService struct {
	api.BlockTransferService
	wrap func(api.BlockFetchingListener) api.BlockFetchingListener
}

func (s listenerService) FetchBlocks(ctx context.Context, from api.RpcAddress, execID string, ids []string, l api.BlockFetchingListener) {
	s.BlockTransferService.FetchBlocks(ctx, from, execID, ids, s.wrap(l))
}
