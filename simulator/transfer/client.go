// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"context"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

const (
	timeout   = 2 * time.Second // of connections and attempts to connect
	retryWait = 300 * time.Millisecond
	tempDir   = "temp"           // where the client's downloads go
	healed    = 40 * time.Second // no fault strikes so long after the start
)

// client is the client's side of a run.
type client struct {
	*ledger
	ctx   context.Context
	rt    api.Runtime
	svc   api.BlockTransferService
	from  api.RpcAddress
	files *api.TempFiles
	round int
}

// run transfers blocks until the faults are over and once more, which must succeed.
func (l *ledger) run(ctx context.Context, n simulator.Node) error {
	d := newDisk(n.Files(), n.Runtime().Rand())
	if err := d.MkdirAll(tempDir); err != nil {
		return err
	}
	l.client.audit = &api.BufferAudit{}
	c := &client{ledger: l, ctx: ctx, rt: n.Runtime(), from: api.NewRpcAddress("server", serverPort)}
	c.files = api.NewTempFiles(c.rt, d, tempDir)
	var err error
	c.svc, err = n.Blocks(api.BlockTransferConfig{
		MaxRetries: 2, RetryWait: retryWait, ConnectTimeout: timeout, ConnectionTimeout: timeout, MaxBlockInMemory: 2_000, Files: d, Audit: l.client.audit,
	}, newStore(c.rt, d))
	if err != nil {
		return err
	}
	for c.round = range l.rounds {
		c.everything()
	}
	if err := api.Sleep(ctx, c.rt, healed); err != nil {
		return err
	}
	err = c.atPeace()
	// What was given up while its bytes were on their way ends with its connection.
	if closeErr := c.svc.Close(context.WithoutCancel(ctx)); err == nil {
		err = closeErr
	}
	l.client.left, _ = d.names(tempDir)
	l.client.open, l.client.done = int(d.open.Load()), true
	return err
}

// everything does everything at once.
func (c *client) everything() {
	g := api.NewGroup(c.rt)
	for _, a := range c.activities() {
		g.Go(a.name, func() error { a.do(a.name); return nil })
	}
	_ = g.Wait(nil) //nolint:staticcheck // the activities fail nothing, and all end
}

// ids are the blocks of one kind, of this round.
func (c *client) ids(kind string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%s_%d_%d", kind, c.round, i)
	}
	return ids
}

// atPeace fetches once more: now everything must come.
func (c *client) atPeace() error {
	c.round++
	for _, got := range api.FetchBlocks(c.ctx, c.svc, c.from, "exec-1", append(c.ids("mem", 3), c.ids("file", 3)...)) {
		if got.Err != nil {
			return fmt.Errorf("with all faults healed: %w", got.Err)
		}
		got.Data.Release()
	}
	return nil
}
