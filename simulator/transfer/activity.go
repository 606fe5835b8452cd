// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
)

// named is an activity and its name.
type named struct {
	name string
	do   func(name string)
}

// activities are all ways to transfer blocks. Those that a block of its own kind would hold up are by themselves.
func (c *client) activities() []named {
	return []named{
		{"fetch", func(name string) { c.fetch(c.ctx, name, append(c.ids("mem", 4), c.ids("file", 4)...)) }},
		{"fetch torn files", func(name string) { c.fetch(c.ctx, name, c.ids("torn", 2)) }},
		{"fetch what is not there", func(name string) { c.fetch(c.ctx, name, append(c.ids("mem", 1), c.ids("gone", 1)...)) }},
		{"give up", c.giveUp},
		{"fetch into files", c.fetchIntoFiles},
		{"range", c.rangeOver},
		{"upload", c.upload},
		{"push", c.push},
	}
}

// listener notes what it hears and says when it has heard of all.
type listener struct {
	c        *client
	activity string
	left     atomic.Int64
	done     api.Waiter
}

func (c *client) listen(activity string, ids []string) *listener {
	c.ask(activity, ids...)
	l := &listener{c: c, activity: activity, done: c.rt.NewWaiter()}
	l.left.Store(int64(len(ids)))
	return l
}

func (l *listener) OnBlockFetchSuccess(id string, data api.ManagedBuffer) { l.hear(id, data, nil) }
func (l *listener) OnBlockFetchFailure(id string, cause error)            { l.hear(id, nil, cause) }
func (l *listener) OnBlockPushSuccess(id string)                          { l.hear(id, nil, nil) }
func (l *listener) OnBlockPushFailure(id string, cause error)             { l.hear(id, nil, cause) }

func (l *listener) hear(id string, data api.ManagedBuffer, err error) {
	l.c.hear(l.activity, id, data, err)
	l.left.Add(-1)
	l.done.Wake()
}

// wait waits until everything was heard of.
func (l *listener) wait() {
	for l.left.Load() > 0 {
		_ = l.done.Wait(nil) //nolint:staticcheck // the scenario ends a run that takes too long
	}
}

func (c *client) fetch(ctx context.Context, name string, ids []string) {
	l := c.listen(name, ids)
	c.svc.FetchBlocks(ctx, c.from, "exec-1", ids, l)
	l.wait()
}

// giveUp fetches and changes its mind.
func (c *client) giveUp(name string) {
	ctx, cancel := api.WithTimeout(c.ctx, c.rt, time.Duration(c.rt.Rand().Int64N(int64(50*time.Millisecond))))
	defer cancel()
	ids := append(c.ids("mem", 2), c.ids("file", 2)...)
	c.fetch(ctx, name, ids)
	l := c.listen(name, ids)
	c.svc.FetchBlocksToFiles(ctx, c.from, "exec-1", ids, c.files, l)
	l.wait()
}

func (c *client) fetchIntoFiles(name string) {
	ids := append(c.ids("mem", 3), c.ids("file", 3)...)
	l := c.listen(name, ids)
	c.svc.FetchBlocksToFiles(c.ctx, c.from, "exec-1", ids, c.files, l)
	l.wait()
}

// rangeOver fetches within a window; every block has its checksum.
func (c *client) rangeOver(name string) {
	source := api.BlockSource{From: c.from, ExecID: "exec-1"}
	for _, id := range append(c.ids("mem", 6), c.ids("file", 6)...) {
		data := api.NewBytesBuffer(content(id))
		sum, err := api.Adler32.Sum(data)
		if err != nil {
			c.mistake("%s: %v", id, err)
		}
		source.Blocks = append(source.Blocks, api.BlockInfo{ID: id, Size: data.Size(), Algorithm: api.Adler32, Checksum: sum})
		c.ask(name, id)
	}
	f := api.BlockFetch{Service: c.svc, Sources: []api.BlockSource{source}, MaxBytesInFlight: 100_000, Files: c.files, MaxBlockInMemory: 50_000}
	for b, err := range f.All(c.ctx) {
		c.hear(name, b.ID, b.Data, err)
	}
}

// upload uploads blocks of all sizes, some of which the server has room for in memory only, in a file only, or nowhere.
func (c *client) upload(name string) {
	for _, id := range c.ids("rdd", 5) {
		c.ask(name, id)
		err := c.svc.UploadBlock(c.ctx, c.from, "exec-1", id, api.NewBytesBuffer(content(id)), nil)
		c.hear(name, id, nil, err)
	}
}

func (c *client) push(name string) {
	var ids []string
	var blocks []api.PushedBlock
	for i := range 5 {
		id := fmt.Sprintf("shufflePush_%d_0_%d_0", c.round, i)
		ids = append(ids, id)
		blocks = append(blocks, api.PushedBlock{ID: id, Data: api.NewBytesBuffer(content(id))})
	}
	l := c.listen(name, ids)
	c.svc.PushBlocks(c.ctx, c.from, blocks, l)
	l.wait()
}
