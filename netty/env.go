// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"log/slog"
	"runtime"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/rpc"
)

// Config configures an env. The zero value is a client-mode env over TCP.
type Config = api.RpcEnvConfig

// NewRpcEnv starts an env in this process, as Spark's NettyRpcEnvFactory. A nil Network is [TCP], nil Files are
// [OSFiles], a nil Logger says nothing, and MessageLoops of 0 is the number of cores Go may use, at least 2. Every mistake
// in the configuration is reported at once; where every port that may be tried is taken
// the error matches api.ErrAddressInUse and that of the system, such as syscall.EADDRINUSE.
func NewRpcEnv(cfg Config) (api.RpcEnv, error) {
	if cfg.Network == nil {
		cfg.Network = TCP(TCPConfig{})
	}
	if cfg.Files == nil {
		cfg.Files = OSFiles()
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.MessageLoops == 0 {
		cfg.MessageLoops = max(2, runtime.GOMAXPROCS(0))
	}
	return rpc.NewEnv(NewRuntime(), cfg)
}
