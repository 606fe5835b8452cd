// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"log/slog"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
	"github.com/twinwire/twinwire/internal/rpc"
)

// Host is a simulated machine with one process on it: tasks, timers, listeners and connections that end with a crash,
// and files that survive it. What its methods return stays valid over a crash and stands for the incarnation that is
// up. During Run the methods are called by tasks of the world only.
type Host struct {
	// What every step looks at stands together.
	world   *World
	inc     *incarnation
	ready   int // its tasks that can run
	paused  int // pauses under way
	clock   clock
	key     uint64    // of the name
	unseen  uint64    // scheduling points of the running task, which is of this host, before one that something can come of
	shown   time.Time // by the clock
	shownAt int64     // when

	name   string
	number int     // of the hosts
	links  []*link // to other hosts, by their numbers

	runtime *hostRuntime
	network *hostNetwork
	files   *Files
	logger  *slog.Logger

	boots    []func(ctx context.Context) error
	lives    uint64
	polled   []poll            // waits of its tasks on contexts of the standard library
	chosen   keyTable[*stream] // of Choose, by key
	lastPort int
	foreign  bool // a foreign deadline was reported

	began      clock       // the clock at the start of the run
	stopped    []readyTask // ready, but paused
	refusing   underWay    // faults that refuse connections
	heals      int         // how often its faults were healed
	returns    bool        // the fault that crashed it will restart it
	stalls     int         // faults that keep connections from being accepted
	unaccepted []*conn     // kept by them
}

// incarnation is what a host loses in a crash.
type incarnation struct {
	host      *Host
	life      uint64
	dead      bool
	tasks     []*task
	conns     []*conn
	listeners listenerTable
	random    random
}

//go:norace
func (w *World) newHost(name string) *Host {
	h := &Host{world: w, name: name, number: w.made, key: mix(hashString("host"), hashString(name)), lastPort: firstPort - 1}
	w.made++
	h.runtime = (*hostRuntime)(h)
	h.network = &hostNetwork{host: h}
	h.files = newFiles(h)
	h.logger = slog.New(&logHandler{host: h})
	h.begin()
	return h
}

// begin makes the next incarnation.
//
//go:norace
func (h *Host) begin() {
	h.lives++
	h.inc = &incarnation{host: h, life: h.lives}
	h.inc.random.init(h)
}

// Name returns the host's name, which is also the host part of its addresses.
//
//go:norace
func (h *Host) Name() string { return h.name }

// Runtime is where the host's time passes and its tasks run.
//
//go:norace
func (h *Host) Runtime() api.Runtime { return h.runtime }

// Network makes connections of the host. It listens at "<name>:<port>"; a host part of "", "localhost", "127.0.0.1" or
// "0.0.0.0" means the host itself.
//
//go:norace
func (h *Host) Network() api.Network { return h.network }

// Files is the host's disk. It survives a crash. Outside Run a test may use it from its own goroutine.
//
//go:norace
func (h *Host) Files() *Files { return h.files }

// Logger stamps its lines with host and virtual time and keeps them among the last events of the result.
//
//go:norace
func (h *Host) Logger() *slog.Logger { return h.logger }

// Up reports whether the host is not crashed.
//
//go:norace
func (h *Host) Up() bool { return !h.inc.dead }

// NewRpcEnv makes an env of the host. An empty Bind is client mode.
//
//go:norace
func (h *Host) NewRpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	if cfg.Name == "" {
		cfg.Name = h.name
	}
	if cfg.Network == nil {
		cfg.Network = h.network
	}
	if cfg.Files == nil {
		cfg.Files = h.files
	}
	if cfg.Logger == nil {
		cfg.Logger = h.logger
	}
	if cfg.MessageLoops == 0 {
		cfg.MessageLoops = 2
	}
	if cfg.Bind != "" && cfg.AdvertiseHost == "" {
		cfg.AdvertiseHost = h.name
	}
	return rpc.NewEnv(stackRuntime{h.runtime}, cfg)
}

// NewBlockTransferService makes a block transfer service of the host. An empty Bind takes a free port.
//
//go:norace
func (h *Host) NewBlockTransferService(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error) {
	if cfg.Bind == "" {
		cfg.Bind = h.name + ":0"
	}
	if cfg.AdvertiseHost == "" {
		cfg.AdvertiseHost = h.name
	}
	if cfg.Network == nil {
		cfg.Network = h.network
	}
	if cfg.Files == nil {
		cfg.Files = h.files
	}
	if cfg.Logger == nil {
		cfg.Logger = h.logger
	}
	return block.NewService(h.runtime, cfg, m)
}
