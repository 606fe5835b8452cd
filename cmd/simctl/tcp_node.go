// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"log/slog"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/netty"
	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// loopback is where every host of a TCP run listens.
const loopback = "127.0.0.1:0"

// tcpSettings is what the processes of a TCP run have in common.
type tcpSettings struct {
	Places map[string]string `json:"places"` // path in the hosts' files to path of the machine
	Faults string            `json:"faults"` // name of a profile
}

// tcpNode is a Node that is this process.
type tcpNode struct {
	name      string
	rt        api.Runtime
	files     api.Files
	network   api.Network
	proxy     *fault.ProxyNetwork     // nil: no faults
	driver    api.RpcAddress          // zero on the driver until its env listens
	listening func(at api.RpcAddress) // hears where the env listens
}

var (
	_ simulator.Node       = (*tcpNode)(nil)
	_ shuffle.FaultCounter = (*tcpNode)(nil)
)

// newTCPNode makes the node of a host. All profiles but calm put a proxy before every connection it makes.
func newTCPNode(name string, s tcpSettings) (*tcpNode, error) {
	profile, err := simulator.ProfileByName(s.Faults)
	if err != nil {
		return nil, err
	}
	n := &tcpNode{
		name: name, rt: netty.NewRuntime(), files: netty.MountFiles(netty.OSFiles(), s.Places), network: netty.TCP(netty.TCPConfig{}),
		listening: func(api.RpcAddress) {},
	}
	if profile.Name != simulator.Calm().Name {
		n.proxy = fault.NewNetwork(n.rt, n.network, profile.ForLoopback(), name)
		n.network = n.proxy
	}
	return n, nil
}

func (n *tcpNode) Name() string         { return n.name }
func (n *tcpNode) Runtime() api.Runtime { return n.rt }
func (n *tcpNode) Files() api.Files     { return n.files }
func (n *tcpNode) Logger() *slog.Logger { return slog.New(slog.DiscardHandler) }

func (n *tcpNode) RpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	switch cfg.Bind {
	case "":
		cfg.Bind = loopback
	case "-":
		cfg.Bind = ""
	}
	cfg.Name, cfg.Network, cfg.Files = n.name, n.network, n.files
	env, err := netty.NewRpcEnv(cfg)
	if err != nil {
		return nil, err
	}
	if n.name == shuffle.DriverHost {
		n.driver = env.Address()
	}
	n.listening(env.Address())
	return env, nil
}

func (n *tcpNode) Blocks(cfg api.BlockTransferConfig, manager api.BlockDataManager) (api.BlockTransferService, error) {
	cfg.Network = n.network
	return netty.NewBlockTransferService(cfg, manager)
}

// Address knows the driver: the executors of a run learn each other's addresses from it.
func (n *tcpNode) Address(host string) (api.RpcAddress, error) {
	if host != shuffle.DriverHost || n.driver.IsZero() {
		return api.RpcAddress{}, fmt.Errorf("address of %q: not known to process %s", host, n.name)
	}
	return n.driver, nil
}

// FaultCounts returns the faults that fired on this process's connections.
func (n *tcpNode) FaultCounts() map[string]uint64 {
	if n.proxy == nil {
		return nil
	}
	return countsByName(n.proxy.Counts())
}
