// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// blocksByID is a block manager over a map.
type blocksByID map[string]string

func (m blocksByID) GetBlockData(id string) (api.ManagedBuffer, error) {
	data, ok := m[id]
	if !ok {
		return nil, fmt.Errorf("block %s: %w", id, api.ErrBlockNotFound)
	}
	return api.NewBytesBuffer([]byte(data)), nil
}

func (m blocksByID) PutBlockData(string, api.ManagedBuffer, []byte) error {
	return api.ErrBlockNotFound
}

// A reducer fetches its blocks from everybody who has some, no more than 48 MiB at a time.
func ExampleBlockFetch() {
	ctx := context.Background()
	server, err := netty.NewBlockTransferService(netty.BlockConfig{}, blocksByID{"shuffle_0_7_2": "seven", "shuffle_0_8_2": "eight!"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close(ctx)
	client, err := netty.NewBlockTransferService(netty.BlockConfig{}, blocksByID{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close(ctx)

	fetch := api.BlockFetch{Service: client, Sources: []api.BlockSource{{
		From: server.Address(), ExecID: "1", Blocks: []api.BlockInfo{{ID: "shuffle_0_7_2", Size: 5}, {ID: "shuffle_0_8_2", Size: 6}},
	}}}
	total := int64(0)
	for block, err := range fetch.All(ctx) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		total += block.Data.Size()
	}
	fmt.Println(total, "bytes")
	// Output: 11 bytes
}
