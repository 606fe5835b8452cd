// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// TestShutdownDrains: who has asked before an env is shut down gets its answer, over the connection that is then closed.
func TestShutdownDrains(t *testing.T) {
	inWorlds(t, func(p *place) {
		const asks = 20
		server, client := p.server("server", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{})
		begun, goOn := newNews[int](p), api.NewQueue[int](p.rt, 0)
		ref := client.EndpointRef(p.endpoint(server, "slow", api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m int) (int, error) {
			begun.tell(m)
			_, err := goOn.Get(p.ctx)
			return m, err
		}))).Address())
		g := api.NewGroup(p.rt)
		for i := range asks {
			g.Go("ask", func() error {
				got, err := api.Ask[int](p.ctx, ref, i)
				if err == nil && got != i {
					err = fmt.Errorf("asked %d, got %d", i, got)
				}
				return err
			})
		}
		begun.next()
		p.until("the other asks to wait", func() bool { return server.Stats().PendingMessages == asks-1 })
		g.Go("shut down", func() error { return server.Shutdown(p.ctx) })
		p.until("the env to stop", func() bool {
			_, err := server.SetupEndpoint("late", echo())
			return errors.Is(err, api.ErrEnvStopped)
		})
		for range asks {
			if err := goOn.Put(p.ctx, 0); err != nil {
				p.Fatal(err)
			}
		}
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
	})
}

// TestShutdownHasADeadline: an endpoint that does not stop is named, and everything else is closed all the same.
func TestShutdownHasADeadline(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{})
		begun, goOn := newNews[string](p), api.NewQueue[int](p.rt, 0)
		ref := client.EndpointRef(p.endpoint(server, "stuck", api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
			begun.tell(m)
			_, err := goOn.Get(p.ctx)
			return m, err
		}))).Address())
		g := api.NewGroup(p.rt)
		g.Go("ask", func() error {
			_, err := api.Ask[string](p.ctx, ref, "you")
			p.wantErr("the ask", err, api.ErrConnectionClosed)
			return nil
		})
		begun.want("you")
		ctx, cancel := api.WithTimeout(p.ctx, p.rt, 50*time.Millisecond)
		defer cancel()
		err := server.Shutdown(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "shut down: endpoints stuck have not stopped") {
			p.Errorf("shutdown: %v", err)
		}
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
		if err := server.AwaitTermination(p.ctx); err != nil {
			p.Error(err)
		}
		p.until("the end of the connection", func() bool { return client.Stats().OpenConnections+server.Stats().OpenConnections == 0 })
		again, end := api.WithTimeout(p.ctx, p.rt, 50*time.Millisecond)
		defer end()
		if err := server.Shutdown(again); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "endpoints stuck have not stopped") {
			p.Errorf("shutdown again: %v", err)
		}
		p.rt.Go("let go", func() {
			if err := goOn.Put(p.ctx, 0); err != nil {
				p.Error(err)
			}
		})
		if err := server.Shutdown(p.ctx); err != nil || server.Stats().Endpoints != 0 {
			p.Errorf("shutdown with time: %v, %d endpoints are left", err, server.Stats().Endpoints)
		}
	})
}

// TestShutdownLeavesNothing: after the end of envs that did all they can there is no task of theirs.
func TestShutdownLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		onMachine(t, func(p *place) {
			disk, dir := p.newDisk(map[string]string{"file": strings.Repeat("much", 1<<20)})
			server, client := p.server("server", api.RpcEnvConfig{Files: disk}), p.client("client", api.RpcEnvConfig{})
			for i := range 10 {
				e := echo(api.Isolated(1 + i%2))
				ref := p.from(client, p.endpoint(server, fmt.Sprint("e", i), e))
				p.mustAsk(ref, "you", "you")
				client.Watch(ref, func(error) {})
				ctx, cancel := api.WithTimeout(p.ctx, p.rt, time.Hour)
				defer cancel()
				_ = ref.Ask(ctx, struct{}{}, nil) // nobody handles it
			}
			uri, err := server.FileServer().AddFile(dir + "/file")
			if err != nil {
				p.Fatal(err)
			}
			ch, err := client.OpenChannel(p.ctx, uri)
			if err != nil {
				p.Fatal(err)
			}
			if _, err := io.ReadFull(ch, make([]byte, 10)); err != nil {
				p.Fatal(err)
			}
			_ = client.EndpointRef(api.RpcEndpointAddress{Name: "x", Address: api.NewRpcAddress("127.0.0.1", 1)}).Send("you") // nobody is there
			p.shutDownLast()
			p.until("the end of the client's connections", func() bool { return server.Stats().OpenConnections == 0 })
		})
	}
	for end := time.Now().Add(patience); runtime.NumGoroutine() > before; runtime.Gosched() { // the last may end just now
		if time.Now().After(end) {
			var stacks strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1) // a Builder takes everything
			t.Fatalf("%d goroutines are left:\n%s", runtime.NumGoroutine()-before, stacks.String())
		}
	}
}
