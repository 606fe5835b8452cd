// SPDX-License-Identifier: Apache-2.0

package conformance

import "github.com/twinwire/twinwire/api"

func doubleCallback() Mutant {
	return Mutant{
		Name:     "double-callback",
		About:    "a listener hears twice of a block that came",
		CaughtBy: []string{"each block is heard of exactly once", "each block comes with its own bytes, one callback at a time"},
		Wrap: func(h Harness) Harness {
			return onListeners(h, func(l api.BlockFetchingListener) api.BlockFetchingListener { return echoListener{l} })
		},
	}
}

type echoListener struct{ api.BlockFetchingListener }

func (l echoListener) OnBlockFetchSuccess(id string, data api.ManagedBuffer) {
	l.BlockFetchingListener.OnBlockFetchSuccess(id, data)
	l.BlockFetchingListener.OnBlockFetchSuccess(id, data)
}
