// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// longest is what takes longer is cut down to, so that the deadline, which is that much later, is a time.Duration too.
const longest = 100 * 365 * 24 * time.Hour

// withDefaults fills in what is zero. The world has filled in Network and Files.
func withDefaults(c api.RpcEnvConfig) api.RpcEnvConfig {
	c.Name = cmp.Or(c.Name, "rpc")
	c.AskTimeout = min(cmp.Or(c.AskTimeout, 120*time.Second), longest)
	c.LookupTimeout = min(cmp.Or(c.LookupTimeout, 120*time.Second), longest)
	c.WatchTimeout = min(cmp.Or(c.WatchTimeout, 30*time.Second), longest)
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, 120*time.Second)
	c.ConnectionTimeout = cmp.Or(c.ConnectionTimeout, 120*time.Second)
	c.ConnectRetries = max(0, cmp.Or(c.ConnectRetries, 3))
	c.ConnectRetryWait = min(cmp.Or(c.ConnectRetryWait, 100*time.Millisecond), longest)
	c.PortRetries = max(0, cmp.Or(c.PortRetries, 16))
	c.MaxMessageSize = cmp.Or(c.MaxMessageSize, 128<<20)
	c.OutboxMessages = cmp.Or(c.OutboxMessages, 1<<16)
	c.OutboxBytes = cmp.Or(c.OutboxBytes, 64<<20)
	c.InboxMessages = cmp.Or(c.InboxMessages, 1<<16)
	c.MessageLoops = cmp.Or(c.MessageLoops, 2)
	c.Logger = cmp.Or(c.Logger, slog.New(slog.DiscardHandler))
	return c
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
	err := transport.CheckHost(c.AdvertiseHost)
	add(err != nil, "AdvertiseHost: %v", err)
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
		MaxPayload: c.MaxMessageSize + frameOverhead, MaxPayloadSetting: fmt.Sprintf("RpcEnv.MaxMessageSize of the receiver, and %d", frameOverhead), PortRetries: c.PortRetries,
	}
}

// downloadConfig is that of the connections that files come over, of which none is kept that is idle.
func downloadConfig(c api.RpcEnvConfig) transport.Config {
	t := transportConfig(c)
	t.CloseIdle = true
	return t
}

// frameOverhead is room for frame, message and envelope headers around a message of MaxMessageSize.
const frameOverhead = 4096
