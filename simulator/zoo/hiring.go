// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/api"
)

type (
	hello struct{ From api.RpcEndpointRef }
	task  struct{ N int }
)

// newForeman gives a task to whoever says hello.
func newForeman() api.RpcEndpoint {
	given := 0
	return api.Handlers(api.OnSend(func(_ api.RpcCallContext, m hello) error {
		given++
		return m.From.Send(task{N: given})
	}))
}

// newWorkbench puts the tasks that come into a queue.
func newWorkbench(tasks *api.Queue[task]) api.RpcEndpoint {
	return api.Handlers(api.OnSend(func(call api.RpcCallContext, t task) error { return tasks.Put(call.Context(), t) }))
}

// waitForTask says hello and waits for a task.
func waitForTask(ctx context.Context, _ api.Runtime, foreman, self api.RpcEndpointRef, tasks *api.Queue[task]) (task, error) {
	if err := foreman.Send(hello{From: self}); err != nil {
		return task{}, err
	}
	return tasks.Get(ctx)
}

// insistOnTask says hello again every second.
func insistOnTask(ctx context.Context, rt api.Runtime, foreman, self api.RpcEndpointRef, tasks *api.Queue[task]) (task, error) {
	for {
		_ = foreman.Send(hello{From: self}) // one that cannot be sent is one more that is lost
		patient, cancel := api.WithTimeout(ctx, rt, time.Second)
		t, err := tasks.Get(patient)
		cancel()
		if err == nil || ctx.Err() != nil {
			return t, err
		}
	}
}
