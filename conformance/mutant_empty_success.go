// SPDX-License-Identifier: Apache-2.0

package conformance

import "github.com/twinwire/twinwire/api"

func emptySuccess() Mutant {
	return Mutant{
		Name:     "empty-success",
		About:    "a block that failed is reported as an empty one that came",
		CaughtBy: []string{"a block that does not exist is reported as such", "where nobody listens every block fails"},
		Wrap: func(h Harness) Harness {
			return onListeners(h, func(l api.BlockFetchingListener) api.BlockFetchingListener { return rosyListener{l} })
		},
	}
}

type rosyListener struct{ api.BlockFetchingListener }

func (l rosyListener) OnBlockFetchFailure(id string, _ error) {
	l.OnBlockFetchSuccess(id, api.NewBytesBuffer(nil))
}
