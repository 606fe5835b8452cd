// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// withDefaults fills in what is zero. The world has filled in Network and Files.
func withDefaults(c api.RpcEnvConfig) api.RpcEnvConfig {
	c.Name = or(c.Name, "rpc")
	c.AskTimeout = or(c.AskTimeout, 120*time.Second)
	c.LookupTimeout = or(c.LookupTimeout, 120*time.Second)
	c.WatchTimeout = or(c.WatchTimeout, 30*time.Second)
	c.ConnectTimeout = or(c.ConnectTimeout, 120*time.Second)
	c.ConnectionTimeout = or(c.ConnectionTimeout, 120*time.Second)
	c.ConnectRetries = max(0, or(c.ConnectRetries, 3))
	c.ConnectRetryWait = or(c.ConnectRetryWait, 100*time.Millisecond)
	c.PortRetries = max(0, or(c.PortRetries, 16))
	c.MaxMessageSize = or(c.MaxMessageSize, 128<<20)
	c.OutboxMessages = or(c.OutboxMessages, 1<<16)
	c.OutboxBytes = or(c.OutboxBytes, 64<<20)
	c.InboxMessages = or(c.InboxMessages, 1<<16)
	c.MessageLoops = or(c.MessageLoops, 2)
	c.Logger = or(c.Logger, slog.New(slog.DiscardHandler))
	return c
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// validate reports every mistake at once.
func validate(c api.RpcEnvConfig) error {
	var errs []error
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("RpcEnvConfig."+format, args...))
		}
	}
	if c.Bind != "" {
		_, err := api.ParseRpcAddress(c.Bind)
		add(err != nil, "Bind: %v", err)
	}
	add(c.Network == nil, "Network: want one")
	add(c.AskTimeout < 0, "AskTimeout: %v is negative", c.AskTimeout)
	add(c.LookupTimeout < 0, "LookupTimeout: %v is negative", c.LookupTimeout)
	add(c.WatchTimeout < 0, "WatchTimeout: %v is negative", c.WatchTimeout)
	add(c.ConnectRetryWait < 0, "ConnectRetryWait: %v is negative", c.ConnectRetryWait)
	add(c.MaxMessageSize < 64 || c.MaxMessageSize > 1<<31-4096, "MaxMessageSize: %d is not between 64 and 2147479552", c.MaxMessageSize)
	add(c.OutboxMessages < 1, "OutboxMessages: %d is below 1", c.OutboxMessages)
	add(c.OutboxBytes < 1, "OutboxBytes: %d is below 1", c.OutboxBytes)
	add(c.InboxMessages < 1 || c.InboxMessages > 1<<30, "InboxMessages: %d is not between 1 and 1073741824", c.InboxMessages)
	add(c.MessageLoops < 1, "MessageLoops: %d is below 1", c.MessageLoops)
	return errors.Join(errs...)
}

func transportConfig(c api.RpcEnvConfig) transport.Config {
	return transport.Config{
		ConnectTimeout: c.ConnectTimeout, ConnectionTimeout: c.ConnectionTimeout, ConnectionsPerPeer: 1,
		MaxPayload: c.MaxMessageSize + frameOverhead, PortRetries: c.PortRetries,
	}
}

// frameOverhead is room for frame, message and envelope headers around a message of MaxMessageSize.
const frameOverhead = 4096
