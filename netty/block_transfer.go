// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"log/slog"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
)

// BlockConfig configures a block transfer service. The zero value listens on a free loopback port.
type BlockConfig = api.BlockTransferConfig

// NewBlockTransferService starts a service in this process that serves the blocks of m and fetches those of others, as
// Spark's NettyBlockTransferService. An empty Bind is "127.0.0.1:0", a nil Network is [TCP], nil Files are [OSFiles], a nil Logger says nothing.
// Every mistake in the configuration is reported at once.
func NewBlockTransferService(cfg BlockConfig, m api.BlockDataManager) (api.BlockTransferService, error) {
	if cfg.Bind == "" {
		cfg.Bind = "127.0.0.1:0"
	}
	if cfg.Network == nil {
		cfg.Network = TCP(TCPConfig{})
	}
	if cfg.Files == nil {
		cfg.Files = OSFiles()
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return block.NewService(NewRuntime(), cfg, m)
}
