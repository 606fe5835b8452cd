// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// envPort is where the env of each simulated host listens: the port of Spark's own master.
const envPort = 7077

// clientMode is the Bind that asks for an env that listens nowhere.
const clientMode = "-"

// memNode is a Node on a simulated host.
type memNode struct {
	host    *memnet.Host
	stage   *stage
	ctx     context.Context // of the host's function
	offered uint64          // operations
	audit   api.BufferAudit
	made    []func(ctx context.Context) error // shut down what was made
}

var _ Node = (*memNode)(nil)

func (n *memNode) Name() string         { return n.host.Name() }
func (n *memNode) Runtime() api.Runtime { return n.host.Runtime() }
func (n *memNode) Files() api.Files     { return n.host.Files() }
func (n *memNode) Logger() *slog.Logger { return n.host.Logger() }

func (n *memNode) RpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	switch cfg.Bind {
	case "":
		cfg.Bind = api.NewRpcAddress(n.host.Name(), envPort).HostPort()
	case clientMode:
		cfg.Bind = ""
	}
	env, err := n.host.NewRpcEnv(cfg)
	if err == nil {
		n.ends(env.Shutdown)
	}
	return env, err
}

func (n *memNode) Blocks(cfg api.BlockTransferConfig, manager api.BlockDataManager) (api.BlockTransferService, error) {
	if cfg.Audit == nil {
		cfg.Audit = &n.audit
	}
	service, err := n.host.NewBlockTransferService(cfg, manager)
	if err == nil {
		n.ends(service.Close)
	}
	return service, err
}

func (n *memNode) Address(host string) (api.RpcAddress, error) {
	if _, found := slices.BinarySearch(n.stage.hosts, host); !found {
		return api.RpcAddress{}, fmt.Errorf("address of %q: no such host; the scenario has %s", host, strings.Join(n.stage.hosts, ", "))
	}
	return api.NewRpcAddress(host, envPort), nil
}
