// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"context"
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

// executorEndpoint is the name of each executor's endpoint.
const executorEndpoint = "shuffle-executor"

// executor does what the driver gives it. It works in sessions: one is a registration with the driver, and ends when the
// driver no longer knows it.
type executor struct {
	*host
	driver api.RpcEndpointRef
	self   api.RpcEndpointRef
	boot   uint64
	store  *blockStore

	mu      api.Mutex
	session *session // nil before the first
}

// Executor returns what an executor's host runs. It returns when ctx is done.
func Executor() func(ctx context.Context, n simulator.Node) error {
	return func(ctx context.Context, n simulator.Node) error {
		store := newBlockStore(n.Runtime())
		h, err := newHost(n, store)
		if err != nil {
			return err
		}
		at, err := n.Address(DriverHost)
		if err != nil {
			return err
		}
		e := &executor{
			host: h, store: store, boot: h.rt.Rand().Uint64(), mu: h.rt.NewMutex(),
			driver: h.env.EndpointRef(api.RpcEndpointAddress{Name: driverEndpoint, Address: at}),
		}
		if e.self, err = h.env.SetupEndpoint(executorEndpoint, e.endpoint()); err != nil {
			return err
		}
		return e.run(ctx)
	}
}

// run makes one session after another.
func (e *executor) run(ctx context.Context) error {
	for n := 1; ; n++ {
		s, err := e.register(ctx, n)
		if err != nil {
			return err
		}
		s.run()
		if err := ctx.Err(); err != nil {
			return err
		}
		e.store.clear()
	}
}

// errNoFiles says that the driver has fewer files than it said.
var errNoFiles = errors.New("the file table has a page without files")

// register makes a session, asking the driver until it answers.
func (e *executor) register(ctx context.Context, n int) (*session, error) {
	m := registerExecutor{Host: e.node.Name(), Boot: e.boot, Session: n, Executor: e.self, Blocks: e.blocks.Address()}
	r, err := persist[registered](ctx, e.rt, e.driver, m, e.retries)
	if err != nil {
		return nil, err
	}
	var files []inputFile
	for len(files) < r.Files {
		page, err := persist[filePage](ctx, e.rt, e.driver, fileTablePage{Executor: r.Executor, From: len(files)}, e.retries)
		if err != nil {
			return nil, err
		}
		if len(page.Names) == 0 || len(page.Names) != len(page.Sizes) {
			return nil, errNoFiles
		}
		for i, name := range page.Names {
			files = append(files, inputFile{Name: string(name), Size: page.Sizes[i]})
		}
	}
	s := newSession(ctx, e, r.Executor, files)
	e.mu.Lock()
	e.session = s
	e.mu.Unlock()
	return s, nil
}

// endpoint is what the driver talks to.
func (e *executor) endpoint() api.RpcEndpoint {
	return api.Handlers(api.OnAsk(e.onLaunchTask), api.OnAsk(e.onFinish))
}

// current returns the session with that registration, or nil.
func (e *executor) current(registration int) *session {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.session == nil || e.session.id != registration {
		return nil
	}
	return e.session
}

func (e *executor) onLaunchTask(_ api.RpcCallContext, m launchTask) (heard, error) {
	s := e.current(m.Executor)
	return heard{Known: s != nil && s.take(m)}, nil
}

func (e *executor) onFinish(_ api.RpcCallContext, m finish) (finished, error) {
	if e.current(m.Executor) == nil {
		return finished{}, nil
	}
	return finished{Known: true, Stats: e.stats()}, nil
}
