// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/rpc"
)

// TestGuestThatComesWhileTheLoopsAreLocked: it is none then, or who has locked them would not know that it is busy.
func TestGuestThatComesWhileTheLoopsAreLocked(t *testing.T) {
	onMachine(t, func(p *place) {
		env := p.server("server", api.RpcEnvConfig{})
		p.mustAsk(p.endpoint(env, "e", echo()), "you", "you") // its loop has nothing to do soon
		guest := rpc.NewGuest(env, "e")
		const rounds = 20_000
		var at, came, may atomic.Int64
		spin := func(done func() bool) {
			for n := 1; !done(); n++ {
				if n%10_000 == 0 {
					runtime.Gosched()
				}
			}
		}
		go func() {
			for n := int64(1); n <= rounds; n++ {
				spin(func() bool { return at.Load() >= n })
				entered := guest.Enter()
				came.Store(2*n - 1)
				spin(func() bool { return may.Load() >= n })
				if entered {
					guest.LeaveLoops()
				}
				came.Store(2 * n)
			}
		}()
		missed := 0
		for n := int64(1); n <= rounds; n++ {
			at.Store(n)
			guest.Lock(func() {
				spin(func() bool { return came.Load() == 2*n-1 })
				if guest.Visits() {
					missed++
				}
			})
			may.Store(n)
			spin(func() bool { return came.Load() == 2*n })
		}
		if missed > 0 {
			p.Errorf("in %d rounds of %d it is a guest", missed, rounds)
		}
	})
}

// TestGuestsAndLoops: a handler that has kept a loop busy counts where reading tasks would handle messages: no more run at
// once than there are loops.
func TestGuestsAndLoops(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{MessageLoops: 1}), p.client("client", api.RpcEnvConfig{})
		var inside atomic.Int32
		handle := func(_ api.RpcCallContext, m string) (string, error) {
			if inside.Add(1) > 1 {
				p.Error("two handlers run")
			}
			_ = api.Sleep(p.ctx, p.rt, 20*time.Microsecond)
			inside.Add(-1)
			return m, nil
		}
		near, far := p.endpoint(server, "near", api.Handlers(api.OnAsk(handle))), p.endpoint(server, "far", api.Handlers(api.OnAsk(handle)))
		remote := p.from(client, far)
		p.busy(remote)
		all := newNews[string](p)
		for _, ref := range []api.RpcEndpointRef{near, remote} {
			p.rt.Go("asker", func() {
				for range 300 {
					p.mustAsk(ref, "you", "you")
				}
				all.tell("done")
			})
		}
		all.want("done", "done")
	})
}
