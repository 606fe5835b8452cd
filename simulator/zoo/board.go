// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/api"
)

type notice struct {
	Seq  int
	Text string
}

// newBoard shows whatever comes last.
func newBoard(show func(n notice)) api.RpcEndpoint {
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, n notice) (bool, error) {
		show(n)
		return true, nil
	}))
}

// newOrderedBoard shows the latest: an older one that comes late is not shown.
func newOrderedBoard(show func(n notice)) api.RpcEndpoint {
	latest := 0
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, n notice) (bool, error) {
		if n.Seq > latest {
			latest = n.Seq
			show(n)
		}
		return true, nil
	}))
}

// publish sends notices one after the other. When one is not confirmed in time, it goes on with the next one over a
// new connection.
func publish(ctx context.Context, rt api.Runtime, connect func() (api.RpcEnv, api.RpcEndpointRef, error), notices []string) error {
	env, board, err := connect()
	for i := 0; err == nil && i < len(notices); i++ {
		if _, lost := api.Ask[bool](ctx, board, notice{Seq: i + 1, Text: notices[i]}); lost != nil {
			old := env
			rt.Go("give up an old connection", func() { _ = old.Shutdown(ctx) }) // it may take its time
			env, board, err = connect()
			continue
		}
		err = api.Sleep(ctx, rt, 100*time.Millisecond)
	}
	return err
}
