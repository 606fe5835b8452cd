// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// leaveTime is how long an interrupted run may take to tell what it knows.
const leaveTime = 2 * time.Second

// runTCP does a job with this process as the driver and a process for each executor, over loopback.
func runTCP(ctx context.Context, t *terminal, s tcpSettings, job shuffle.Job) shuffle.Outcome {
	n, err := newTCPNode(shuffle.DriverHost, s)
	if err != nil {
		return shuffle.Outcome{Err: err}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	children := newChildren(t.err)
	defer children.stop()
	n.listening = func(at api.RpcAddress) {
		go func() {
			if err := children.start(s, at, job.Executors); err != nil {
				cancel(err)
			}
		}()
	}

	ended := make(chan shuffle.Outcome, 1)
	tell := job.Done
	job.Done = func(o shuffle.Outcome) {
		if tell != nil {
			tell(o)
		}
		ended <- o
	}
	go shuffle.Driver(job)(ctx, n) //nolint:errcheck // Done tells the error, too
	select {
	case o := <-ended:
		return o
	case <-ctx.Done():
	}
	o := shuffle.Outcome{}
	select {
	case o = <-ended:
	case <-time.After(leaveTime):
	}
	o.Err = context.Cause(ctx)
	return o
}
