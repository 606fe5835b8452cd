// SPDX-License-Identifier: Apache-2.0

package external

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// Config configures a [Service]. Bind, Network and Registry must be there.
type Config struct {
	// Bind is the address to listen at, host:port (spark.shuffle.service.port). Another port is never tried: the clients
	// know this one. Port 0 is any.
	Bind string
	// Network is where connections come from.
	Network api.Network
	// Registry knows the executors. The service does not close it.
	Registry *shuffle.Registry
	// Store finds the blocks. nil: one of its own.
	Store *shuffle.Store
	// Merger takes and serves merged blocks (spark.shuffle.push.server.mergedShuffleFileManagerImpl). nil: pushes and
	// requests for merged blocks are refused, as Spark does by default.
	Merger Merger
	// ConnectionTimeout closes a connection that takes no bytes for so long although some wait for it
	// (spark.shuffle.io.connectionTimeout). A connection that is merely silent stays. 0: 2 minutes. Negative: never.
	ConnectionTimeout time.Duration
	// MaxConnections bounds the connections; more wait until one ends. Each needs a descriptor, and what it asks for another
	// one now and then. 0 or less: no bound.
	MaxConnections int
	// MaxTransfers bounds the chunks on their way out over all connections; one more request closes its connection
	// (spark.shuffle.maxChunksBeingTransferred). 0: 1,048,576. Negative: no bound.
	MaxTransfers int
	// MaxOpenBlocks bounds the chunks that one connection may have opened and not fetched yet; what exceeds it is refused.
	// 0: 1,048,576. Negative: no bound.
	MaxOpenBlocks int
	// MaxRequest bounds one request in bytes; a larger one is dropped as it comes and refused. 0: 64 MiB.
	MaxRequest int
	// Listener hears what happened. nil functions are not called.
	Listener Listener
}

// Listener hears of what a service did, from many tasks at once. It must not block for long.
type Listener struct {
	Registered func(id shuffle.ExecutorID, info shuffle.ExecutorInfo)
	Refused    func(id shuffle.ExecutorID, remote string, cause error) // a registration
	Failed     func(remote string, cause error)                        // a request or a chunk, or a connection that its client did not end
}

func (c Config) withDefaults(rt api.Runtime) Config {
	c.ConnectionTimeout = cmp.Or(c.ConnectionTimeout, 2*time.Minute)
	c.MaxTransfers = cmp.Or(c.MaxTransfers, 1<<20)
	c.MaxOpenBlocks = cmp.Or(c.MaxOpenBlocks, 1<<20)
	c.MaxRequest = cmp.Or(c.MaxRequest, 64<<20)
	if c.Store == nil {
		c.Store = shuffle.NewStore(rt, shuffle.StoreConfig{})
	}
	if c.Merger == nil {
		c.Merger = noMerger{}
	}
	return c
}

func (c Config) validate() error {
	var errs []error
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("external.Config."+format, args...))
		}
	}
	_, err := api.ParseRpcAddress(c.Bind)
	add(err != nil, "Bind: %v", err)
	add(c.Network == nil, "Network: want one")
	add(c.Registry == nil, "Registry: want one")
	add(c.MaxRequest < 64 || c.MaxRequest > wire.MaxPayload, "MaxRequest: %d is not between 64 and %d", c.MaxRequest, wire.MaxPayload)
	return errors.Join(errs...)
}

func (c Config) transport() transport.Config {
	return transport.Config{
		ConnectionTimeout: c.ConnectionTimeout, ConnectionsPerPeer: 1, MaxPayload: c.MaxRequest, MaxPayloadSetting: "MaxRequest of the service",
		MaxTransfers: c.MaxTransfers, MaxConnections: c.MaxConnections,
	}
}
