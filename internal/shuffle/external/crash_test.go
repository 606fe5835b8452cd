// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
	"github.com/twinwire/twinwire/memnet"
)

const crashes, crashBlocks = 4, 40

// TestServiceCrashes: while blocks are fetched the service's process dies, again and again, and comes back with nothing
// but its disk. Who fetches notices no more than that he had to come again.
func TestServiceCrashes(t *testing.T) {
	hostile := fault.Hostile()
	hostile.SafeHosts = []string{"reader"}
	for _, faults := range []fault.Profile{fault.LAN(), hostile} {
		retries := uint64(0)
		for seed := range uint64(30) {
			w := memnet.New(memnet.Config{Seed: seed, Faults: faults})
			c := crashing{world: w, server: w.Host("server"), reader: w.Host("reader")}
			c.server.Boot(func(context.Context) error { return c.serve() })
			if r := w.Run(c.run); r.Verdict != memnet.Passed {
				t.Errorf("%s seed %d: %v: %v", faults.Name, seed, r.Verdict, r.Err)
			}
			retries += c.retries
		}
		if retries < 30 {
			t.Errorf("%s: %d retries in all: the crashes miss", faults.Name, retries)
		}
	}
}

// crashing is one run.
type crashing struct {
	world          *memnet.World
	server, reader *memnet.Host
	retries        uint64
}

// serve is what the server's process does.
func (c *crashing) serve() error {
	files := c.server.Files()
	if err := files.MkdirAll("/data"); err != nil {
		return err
	}
	registry, err := shuffle.OpenRegistry(c.server.Runtime(), shuffle.RegistryConfig{
		Roots: shuffle.Roots{{Names: []string{"/"}, Files: files}},
		File:  shuffle.Place{Files: files, Name: "/data/registry", Path: "/data/registry"},
	})
	if err != nil {
		return err
	}
	_, err = external.NewService(c.server.Runtime(), external.Config{Bind: "server:7337", Network: c.server.Network(), Registry: registry})
	return err
}

func blockText(i int) string { return fmt.Sprintf("%d%s", i, strings.Repeat("x", 20_000)) }

func (c *crashing) run(ctx context.Context) error {
	dirs := shuffle.Dirs{SubDirs: 64, Local: []shuffle.Dir{{Files: c.server.Files(), Name: "/data/dir", Path: "/data/dir"}}}
	out, err := shuffle.NewStore(c.world.Runtime(), shuffle.StoreConfig{Sync: true}).NewWriter(dirs, shuffle.MapOutput{}, "")
	if err != nil {
		return err
	}
	for i := range crashBlocks {
		if _, err := out.Write([]byte(blockText(i))); err != nil {
			return err
		}
		out.EndBlock()
	}
	if _, err := out.Commit(); err != nil {
		return err
	}
	if err := c.register(ctx); err != nil {
		return err
	}
	s, err := block.NewService(c.reader.Runtime(), api.BlockTransferConfig{AppID: "app", Bind: "reader:0", Network: c.reader.Network(), MaxRetries: 50}, noBlocks{})
	if err != nil {
		return err
	}
	began := c.reader.Runtime().Now()
	if err := c.fetch(ctx, s); err != nil {
		return err
	}
	takes := c.reader.Runtime().Now().Sub(began)
	for range crashes {
		c.reader.Runtime().Go("crash", func() { c.crash(ctx, takes) })
		if err := c.fetch(ctx, s); err != nil {
			return err
		}
		if err := api.Sleep(ctx, c.reader.Runtime(), time.Minute); err != nil {
			return err
		}
	}
	c.retries = s.Stats().Retries
	return s.Close(ctx)
}

// crash ends the server for a second, in the middle of a fetch that takes so long.
func (c *crashing) crash(ctx context.Context, takes time.Duration) {
	rt := c.reader.Runtime()
	if api.Sleep(ctx, rt, time.Duration(rt.Rand().Int64N(int64(takes)))) != nil {
		return
	}
	c.server.Crash()
	if api.Sleep(ctx, rt, time.Second) == nil {
		c.server.Restart()
	}
}

// fetch fetches every block once.
func (c *crashing) fetch(ctx context.Context, s api.BlockTransferService) error {
	var ids []string
	for i := range crashBlocks {
		ids = append(ids, fmt.Sprintf("shuffle_0_0_%d", i))
	}
	for i, got := range api.FetchBlocks(ctx, s, api.NewRpcAddress("server", 7337), "1", ids) {
		if got.Err != nil {
			return got.Err
		}
		if b, err := got.Data.Bytes(); err != nil || string(b) != blockText(i) {
			return fmt.Errorf("%s: %d bytes, %w", got.ID, len(b), err)
		}
		got.Data.Release()
	}
	return nil
}

// register registers executor 1 of the application. Like an executor it comes again when that did not work.
func (c *crashing) register(ctx context.Context) error {
	clients := transport.NewClientFactory(c.reader.Runtime(), c.reader.Network(), transport.Config{}, noRequests{})
	for {
		err := c.registerOnce(ctx, clients)
		if !errors.Is(err, api.ErrConnectionClosed) {
			return errors.Join(err, clients.Close(ctx))
		}
		if err := api.Sleep(ctx, c.reader.Runtime(), 5*time.Second); err != nil {
			return err
		}
	}
}

func (c *crashing) registerOnce(ctx context.Context, clients *transport.ClientFactory) error {
	client, err := clients.Client(ctx, "server:7337")
	if err != nil {
		return err
	}
	answers := api.NewQueue[error](c.reader.Runtime(), 1)
	m := blockwire.RegisterExecutor{AppID: "app", ExecID: "1", LocalDirs: []string{"/data/dir"}, SubDirsPerLocalDir: 64}
	if _, err := client.SendRpc(ctx, m.Append(nil), toQueue{ctx, answers}); err != nil {
		return err
	}
	answer, err := answers.Get(ctx)
	return errors.Join(answer, err)
}

// toQueue puts how a request ended into a queue.
type toQueue struct {
	ctx     context.Context
	answers *api.Queue[error]
}

func (q toQueue) OnSuccess([]byte)      { q.answers.Put(q.ctx, nil) }
func (q toQueue) OnFailure(cause error) { q.answers.Put(q.ctx, cause) }
