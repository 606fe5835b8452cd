// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

// lives is the truth about a server's endpoints, which nobody in the world sees.
type lives struct {
	mu    sync.Mutex // never held across a scheduling point
	begun int
	ended map[int]bool
	told  map[error]int
}

const (
	longestLife  = 2 * time.Second
	watchTimeout = 3 * time.Second
	// Whatever happens, a watch ends so long after it began: its endpoint lives, its env is silent, and half of that again
	// for what the network keeps back.
	longestWatch = longestLife + watchTimeout + 5*time.Second
)

// reborn counts a life that begins.
func (l *lives) reborn() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun++
	return l.begun
}

// end notes that a life has ended.
func (l *lives) end(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended[n] = true
}

// endAll notes that all lives have ended: with the host, if not before.
func (l *lives) endAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n := 1; n <= l.begun; n++ {
		l.ended[n] = true
	}
}

func (l *lives) hasEnded(n int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended[n]
}

func (l *lives) count(cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told[cause]++
}

// live is a server whose endpoint dies again and again, in order or with its host.
func (l *lives) live(ctx context.Context, h *memnet.Host) error {
	l.endAll()
	env, err := h.NewRpcEnv(api.RpcEnvConfig{Bind: "server:7077"})
	if err != nil {
		return err
	}
	rt := h.Runtime()
	for until := rt.Now().Add(time.Minute); rt.Now().Before(until); {
		n := l.reborn()
		ref, err := env.SetupEndpoint("e", api.Handlers(
			api.OnAsk(func(api.RpcCallContext, hello) (int, error) { return n, nil }),
			api.OnStop(func() error { l.end(n); return nil }),
		))
		if err != nil {
			return err
		}
		if err := api.Sleep(ctx, rt, time.Duration(rt.Rand().Int64N(int64(longestLife)))); err != nil {
			return err
		}
		env.Stop(ref)
	}
	return env.Shutdown(ctx)
}

// observe watches the endpoint again and again.
func (l *lives) observe(ctx context.Context, h *memnet.Host) error {
	env, err := h.NewRpcEnv(api.RpcEnvConfig{WatchTimeout: watchTimeout, AskTimeout: time.Second})
	if err != nil {
		return err
	}
	rt := h.Runtime()
	ref := env.EndpointRef(api.RpcEndpointAddress{Name: "e", Address: api.NewRpcAddress("server", 7077)})
	for range 10 {
		n, err := api.Ask[int](ctx, ref, hello{})
		if err != nil {
			if err := api.Sleep(ctx, rt, 50*time.Millisecond); err != nil {
				return err
			}
			continue
		}
		if err := l.watchOne(ctx, env, ref, n); err != nil {
			return fmt.Errorf("life %d: %w", n, err)
		}
	}
	return env.Shutdown(ctx)
}

// watchOne watches an endpoint that is the n-th or a later one, until it is told of its end.
func (l *lives) watchOne(ctx context.Context, env api.RpcEnv, ref api.RpcEndpointRef, n int) error {
	causes := api.NewQueue[error](env.Runtime(), 0)
	began := env.Runtime().Now()
	stop := env.Watch(ref, func(cause error) {
		if errors.Is(cause, api.ErrEndpointStopped) && !l.hasEnded(n) {
			cause = errors.New("told to be stopped, and lives")
		}
		_ = causes.Put(ctx, cause) // without a bound
	})
	defer stop()
	limit, cancel := api.WithTimeout(ctx, env.Runtime(), 2*longestWatch)
	defer cancel()
	cause, err := causes.Get(limit)
	if err != nil {
		return fmt.Errorf("not told: %w", err)
	}
	if took := env.Runtime().Now().Sub(began); took > longestWatch {
		return fmt.Errorf("told after %v: %w", took, cause)
	}
	if err := api.Sleep(ctx, env.Runtime(), time.Second); err != nil {
		return err
	}
	if k := causes.Len(); k > 0 {
		return fmt.Errorf("told %d times more, %w", k, cause)
	}
	for _, known := range []error{api.ErrEndpointStopped, api.ErrEndpointNotFound, api.ErrConnectionClosed, api.ErrTimeout} {
		if errors.Is(cause, known) {
			l.count(known)
			return nil
		}
	}
	return cause
}

// TestWatchInHostileWorlds: whatever happens to connections and hosts, each watch is told exactly once, in its time, and
// what it is told to be stopped has stopped.
func TestWatchInHostileWorlds(t *testing.T) {
	told := map[error]int{}
	for seed := range uint64(60) {
		faults := rough()
		if seed%6 == 0 {
			faults = fault.Calm()
		}
		w := memnet.New(memnet.Config{Seed: seed, Faults: faults})
		l := &lives{ended: map[int]bool{}, told: told}
		w.Host("server").Boot(func(ctx context.Context) error { return l.live(ctx, w.Host("server")) })
		for i := range 3 {
			h := w.Host(fmt.Sprint("client-", i))
			h.Boot(func(ctx context.Context) error { return l.observe(ctx, h) })
		}
		if r := w.Run(nil); r.Verdict != memnet.Passed {
			t.Errorf("seed %d: %v: %v, pending %v", seed, r.Verdict, r.Err, r.Pending)
		}
	}
	for _, cause := range []error{api.ErrEndpointStopped, api.ErrConnectionClosed, api.ErrTimeout} {
		if told[cause] == 0 {
			t.Errorf("no watch ended with: %v", cause)
		}
	}
}

// TestWatchOverAPartition: an endpoint that is replaced while nobody can reach its env is told to have stopped once they
// meet again, and one that lives on is not. An env that cannot be reached for longer is given up.
func TestWatchOverAPartition(t *testing.T) {
	for _, c := range []struct {
		name    string
		apart   time.Duration
		replace bool
		want    error
	}{
		{"replaced", time.Second, true, api.ErrEndpointStopped},
		{"lives", time.Second, false, nil},
		{"too long", time.Minute, false, api.ErrTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := memnet.New(memnet.Config{Seed: 1})
			r := w.Run(func(ctx context.Context) error {
				server, err := w.Host("server").NewRpcEnv(api.RpcEnvConfig{Bind: "server:7077"})
				if err != nil {
					return err
				}
				client, err := w.Host("client").NewRpcEnv(api.RpcEnvConfig{WatchTimeout: watchTimeout})
				if err != nil {
					return err
				}
				ref, err := server.SetupEndpoint("e", echo())
				if err != nil {
					return err
				}
				rt := client.Runtime()
				causes := api.NewQueue[error](rt, 0)
				client.Watch(client.EndpointRef(ref.Address()), func(cause error) { _ = causes.Put(ctx, cause) }) // without a bound
				pause := func(d time.Duration) { _ = api.Sleep(ctx, rt, d) }                                      // the run's end is told otherwise
				pause(100 * time.Millisecond)
				w.Partition(w.Host("server"), w.Host("client"))
				if c.replace {
					w.ResetConnections(w.Host("server"), w.Host("client"))
					server.Stop(ref)
					if _, err := server.SetupEndpoint("e", echo()); err != nil {
						return err
					}
				}
				pause(c.apart)
				w.Heal(w.Host("server"), w.Host("client"))
				pause(2 * watchTimeout)
				var told error
				times := causes.Len()
				if times > 0 {
					if told, err = causes.Get(ctx); err != nil {
						return err
					}
				}
				if !errors.Is(told, c.want) || (told == nil) != (c.want == nil) || times > 1 {
					return fmt.Errorf("told %d times: %w; want %v", times, told, c.want)
				}
				return errors.Join(client.Shutdown(ctx), server.Shutdown(ctx))
			})
			if r.Err != nil {
				t.Error(r.Err)
			}
		})
	}
}
