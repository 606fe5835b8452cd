// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"log/slog"

	"github.com/twinwire/twinwire/api"
)

// Node is one host as the code of a scenario sees it: a simulated host, or a process on real TCP. It has api types
// only, so the code does not know which. A host that crashed and restarted gets a new Node.
type Node interface {
	// Name is the host's name in the scenario.
	Name() string
	// Runtime is where the host's time passes and its tasks run.
	Runtime() api.Runtime
	// RpcEnv makes an env of the host. An empty Bind listens at the host's own address, the one Address tells the others;
	// "client" mode is asked for with Bind "-".
	RpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error)
	// Blocks makes a block transfer service of the host at a free port.
	Blocks(cfg api.BlockTransferConfig, manager api.BlockDataManager) (api.BlockTransferService, error)
	// Files is the host's disk, with the scenario's input mounted.
	Files() api.Files
	// Logger's lines carry host and time, and stand in the report of a failure.
	Logger() *slog.Logger
	// Address is where the env of a host of the scenario listens, by the host's name.
	Address(host string) (api.RpcAddress, error)
}
