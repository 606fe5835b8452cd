// SPDX-License-Identifier: Apache-2.0

package block

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// withDefaults fills in what is zero. The world has filled in Bind and Network.
func withDefaults(c api.BlockTransferConfig) api.BlockTransferConfig {
	c.AppID = cmp.Or(c.AppID, "app")
	c.MaxRetries = max(0, cmp.Or(c.MaxRetries, 3))
	c.RetryWait = cmp.Or(c.RetryWait, 5*time.Second)
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, 120*time.Second)
	c.ConnectionTimeout = cmp.Or(c.ConnectionTimeout, 120*time.Second)
	c.ConnectionsPerPeer = cmp.Or(c.ConnectionsPerPeer, 1)
	c.PortRetries = max(0, cmp.Or(c.PortRetries, 16))
	c.MaxBlockInMemory = cmp.Or(c.MaxBlockInMemory, 200<<20)
	c.UploadMemory = cmp.Or(c.UploadMemory, 2<<30)
	c.MaxOpenBlocks = cmp.Or(c.MaxOpenBlocks, 1<<20)
	c.MaxChunksBeingTransferred = cmp.Or(c.MaxChunksBeingTransferred, 1<<20)
	c.MaxTransferMemory = cmp.Or(c.MaxTransferMemory, 4<<30)
	c.MaxFrameSize = cmp.Or(c.MaxFrameSize, wire.MaxPayload)
	c.Logger = cmp.Or(c.Logger, slog.New(slog.DiscardHandler))
	return c
}

// validate reports every mistake at once.
func validate(c api.BlockTransferConfig) error {
	var errs []error
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("BlockTransferConfig."+format, args...))
		}
	}
	_, err := api.ParseRpcAddress(c.Bind)
	add(err != nil, "Bind: %v", err)
	err = transport.CheckHost(c.AdvertiseHost)
	add(err != nil, "AdvertiseHost: %v", err)
	add(c.Network == nil, "Network: want one")
	add(c.RetryWait < 0, "RetryWait: %v is negative", c.RetryWait)
	add(c.ConnectionsPerPeer < 1, "ConnectionsPerPeer: %d is below 1", c.ConnectionsPerPeer)
	add(c.MaxBlockInMemory < 0, "MaxBlockInMemory: %d is negative", c.MaxBlockInMemory)
	add(c.UploadMemory < 0, "UploadMemory: %d is negative", c.UploadMemory)
	add(c.UploadDir != "" && c.Files == nil, "Files: want some, for UploadDir")
	add(c.MaxConnectionBacklog < 0, "MaxConnectionBacklog: %d is negative", c.MaxConnectionBacklog)
	add(c.MaxFrameSize < 64 || c.MaxFrameSize > wire.MaxPayload, "MaxFrameSize: %d is not between 64 and %d", c.MaxFrameSize, wire.MaxPayload)
	return errors.Join(errs...)
}

func transportConfig(c api.BlockTransferConfig) transport.Config {
	fastFail := c.RetryWait
	if c.MaxRetries == 0 {
		fastFail = 0
	}
	return transport.Config{
		ConnectTimeout: c.ConnectTimeout, ConnectionTimeout: c.ConnectionTimeout,
		ConnectionsPerPeer: c.ConnectionsPerPeer, RetryWait: fastFail, MaxPayload: c.MaxFrameSize, MaxPayloadSetting: "BlockTransfer.MaxFrameSize of the receiver",
		PortRetries: c.PortRetries, MaxTransfers: c.MaxChunksBeingTransferred,
		MaxTransferMemory: c.MaxTransferMemory, MaxBacklog: c.MaxConnectionBacklog,
	}
}
