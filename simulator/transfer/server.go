// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"context"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

const (
	serverPort = 7337      // of the server's block transfer service
	uploadDir  = "uploads" // where the server's uploads go that are large
)

// server serves blocks until the run ends, and again after each crash.
func (l *ledger) serve(ctx context.Context, n simulator.Node) error {
	d := newDisk(n.Files(), n.Runtime().Rand())
	if err := d.MkdirAll("blocks"); err != nil {
		return err
	}
	l.server = report{audit: &api.BufferAudit{}}
	svc, err := n.Blocks(api.BlockTransferConfig{
		Bind: api.NewRpcAddress(n.Name(), serverPort).HostPort(), PortRetries: -1, Files: d, UploadDir: uploadDir, MaxBlockInMemory: 20_000,
		ConnectionTimeout: timeout, Audit: l.server.audit,
	}, newStore(n.Runtime(), d))
	if err != nil {
		return err
	}
	_ = n.Runtime().NewWaiter().Wait(ctx) // nobody wakes it
	if err := svc.Close(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	l.server.left, err = d.names(uploadDir)
	l.server.open, l.server.done = int(d.open.Load()), true
	return err
}
