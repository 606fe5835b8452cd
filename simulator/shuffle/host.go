// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

// host is what the driver and an executor have alike.
type host struct {
	node    simulator.Node
	rt      api.Runtime
	env     api.RpcEnv
	blocks  api.BlockTransferService
	retries *retries
}

// newHost starts the env and the block transfer service of a node.
func newHost(n simulator.Node, manager api.BlockDataManager) (*host, error) {
	h := &host{node: n, rt: n.Runtime(), retries: newRetries(n.Runtime())}
	var err error
	h.env, err = n.RpcEnv(api.RpcEnvConfig{
		AskTimeout: askTimeout, LookupTimeout: askTimeout, ConnectTimeout: connectTimeout, ConnectionTimeout: idleTimeout,
		ConnectRetryWait: retryWait,
	})
	if err != nil {
		return nil, err
	}
	h.blocks, err = n.Blocks(api.BlockTransferConfig{
		MaxRetries: fetchRetries, RetryWait: retryWait, ConnectTimeout: connectTimeout, ConnectionTimeout: idleTimeout,
	}, manager)
	return h, err
}

// stats counts what the host did.
func (h *host) stats() Stats {
	env, blocks := h.env.Stats(), h.blocks.Stats()
	s := Stats{
		BytesShuffled: blocks.BytesReceived, Asks: env.Asks, Fetches: blocks.BlocksRequested,
		Retries: blocks.Retries + env.ConnectRetries + h.retries.count(),
	}
	if f, ok := h.node.(FaultCounter); ok {
		s.Faults = f.FaultCounts()
	}
	return s
}
