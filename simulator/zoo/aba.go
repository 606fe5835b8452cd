// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/api"
)

type (
	version struct {
		Life  uint64 // of the server, where versions know it
		Count int
	}
	cellRead  struct{}
	cellValue struct {
		Version version
		Value   string
	}
	cellSwap struct {
		Seen cellValue
		To   string
	}
)

// newCell keeps a value with a version, which a swap must name. The versions of a life begin with the one given.
func newCell(at version, swapped func(old string, swap cellSwap)) api.RpcEndpoint {
	now := cellValue{Version: at}
	return api.Handlers(
		api.OnAsk(func(api.RpcCallContext, cellRead) (cellValue, error) { return now, nil }),
		api.OnAsk(func(_ api.RpcCallContext, m cellSwap) (bool, error) {
			if m.Seen.Version != now.Version {
				return false, nil
			}
			swapped(now.Value, m)
			now.Value = m.To
			now.Version.Count++
			return true, nil
		}),
	)
}

// fromZero begins every life of the server with the same version.
func fromZero(api.Runtime) version { return version{} }

// ofThisLife tells the lives apart.
func ofThisLife(rt api.Runtime) version { return version{Life: rt.Rand().Uint64()} }

// change reads the value, thinks, and swaps it for another.
func change(ctx context.Context, rt api.Runtime, cell api.RpcEndpointRef, to string) error {
	seen, err := api.Ask[cellValue](ctx, cell, cellRead{})
	if err != nil {
		return err
	}
	if err := api.Sleep(ctx, rt, time.Duration(rt.Rand().Int64N(int64(2*time.Second)))); err != nil {
		return err
	}
	_, err = api.Ask[bool](ctx, cell, cellSwap{Seen: seen, To: to})
	return err
}
