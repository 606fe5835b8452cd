// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// chunkChain fetches the next chunk from the callback of the last.
type chunkChain struct {
	*slot
	client *transport.Client
	blocks *blocks
}

func (c *chunkChain) fetch() {
	c.client.FetchChunk(context.Background(), 1, int32(c.blocks.following()), c)
}

func (c *chunkChain) OnSuccess(_ int32, data api.ManagedBuffer) {
	c.done(c.blocks.check(data))
	c.begin()
	c.fetch()
}

func (c *chunkChain) OnFailure(_ int32, cause error) { c.done(cause) }

// fetchChunks fetches each next chunk from the callback of the last, as Spark's side does.
func fetchChunks(address string, l *load) error {
	client, err := connect(address)
	if err != nil {
		return err
	}
	return l.callbacks(func(s *slot) { (&chunkChain{slot: s, client: client, blocks: &l.blocks}).fetch() })
}

// fetchChain fetches the next blocks when the last of those before have come.
type fetchChain struct {
	*slot
	service api.BlockTransferService
	from    api.RpcAddress
	blocks  *blocks
	missing int64
}

func (c *fetchChain) fetch() {
	c.missing = c.blocks.each
	ids := make([]string, c.missing)
	for i := range ids {
		ids[i] = c.blocks.id(c.blocks.following())
	}
	c.service.FetchBlocks(context.Background(), c.from, execID, ids, c)
}

func (c *fetchChain) OnBlockFetchSuccess(_ string, data api.ManagedBuffer) {
	err := c.blocks.check(data)
	if c.missing--; c.missing > 0 && err == nil {
		return
	}
	c.done(err)
	c.begin()
	c.fetch()
}

func (c *fetchChain) OnBlockFetchFailure(_ string, cause error) { c.done(cause) }

// fetchBlocks fetches through the whole service.
func fetchBlocks(address string, l *load) error {
	from, err := api.ParseRpcAddress(address)
	if err != nil {
		return err
	}
	s, err := netty.NewBlockTransferService(netty.BlockConfig{AppID: appID, MaxRetries: -1}, &executor{})
	if err != nil {
		return err
	}
	return l.callbacks(func(slot *slot) { (&fetchChain{slot: slot, service: s, from: from, blocks: &l.blocks}).fetch() })
}
