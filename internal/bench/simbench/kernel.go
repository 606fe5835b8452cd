// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

// switchesPerSecond measures the bare scheduler: tasks of several hosts that yield to each other.
func switchesPerSecond(seed uint64) (float64, error) {
	const hosts, tasks, yields = 4, 4, 100_000
	w := memnet.New(memnet.Config{Seed: seed, MaxSteps: 1 << 62})
	for i := range hosts {
		h := w.Host(fmt.Sprint("host-", i))
		for range tasks {
			h.Boot(func(context.Context) error {
				rt := h.Runtime()
				for range yields {
					rt.Yield()
				}
				return nil
			})
		}
	}
	start := time.Now()
	r := w.Run(nil)
	if r.Verdict != memnet.Passed {
		return 0, r.Err
	}
	return float64(r.Steps) / time.Since(start).Seconds(), nil
}

// worldMicroseconds measures making a world of three hosts with their envs, to the end of their start.
func worldMicroseconds(seed uint64) (float64, error) {
	const worlds = 200
	var spent time.Duration
	for i := range uint64(worlds) {
		start := time.Now()
		w := memnet.New(memnet.Config{Seed: seed + i, Faults: fault.LAN()})
		for _, name := range []string{"a", "b", "c"} {
			h := w.Host(name)
			h.Boot(func(context.Context) error {
				_, err := h.NewRpcEnv(api.RpcEnvConfig{Bind: name + ":7077"})
				return err
			})
		}
		r := w.Run(nil)
		spent += time.Since(start)
		if r.Verdict != memnet.Passed {
			return 0, r.Err
		}
	}
	return float64(spent.Microseconds()) / worlds, nil
}

// idleHosts is how many hosts idle at a time.
const idleHosts = 500

// idleDay measures hosts with envs that idle for a virtual day: the seconds that takes, and the memory of a host.
func idleDay(seed uint64) (seconds, kilobytes float64, err error) {
	before := memory()
	w := memnet.New(memnet.Config{Seed: seed, Faults: fault.LAN(), MaxTime: 48 * time.Hour})
	for i := range idleHosts {
		h := w.Host(fmt.Sprint("idle-", i))
		h.Boot(func(context.Context) error {
			_, err := h.NewRpcEnv(api.RpcEnvConfig{Bind: h.Name() + ":7077"})
			return err
		})
	}
	var after uint64
	var start time.Time
	r := w.Run(func(ctx context.Context) error {
		after, start = memory(), time.Now()
		return api.Sleep(ctx, w.Runtime(), 24*time.Hour)
	})
	if r.Verdict != memnet.Passed {
		return 0, 0, r.Err
	}
	return time.Since(start).Seconds(), float64(after-before) / idleHosts / 1024, nil
}

// memory returns the bytes in use, heap and stacks.
func memory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
