// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// watch is what Watch began. Of an endpoint of another env it is a task that asks that env's verifier again and again,
// each time waiting for the answer; the answers are the env's signs of life.
type watch struct {
	env    *Env
	ref    api.RpcEndpointRef
	client *transport.Client // of a reference that came over a connection, from an env in client mode
	gone   func(cause error)
	ctx    context.Context
	cancel context.CancelFunc
	forget func() // of a local endpoint

	id    uint64    // of the endpoint's life, 0 while not known
	heard time.Time // when the env last gave an answer; before the first, when the watch began

	mu   api.Mutex
	over bool // gone was called, or never will be
}

// Watch implements api.RpcEnv.
func (e *Env) Watch(ref api.RpcEndpointRef, gone func(cause error)) (stop func()) {
	w := &watch{env: e, ref: ref, gone: gone, heard: e.rt.Now(), mu: e.rt.NewMutex()}
	w.ctx, w.cancel = api.WithCancel(e.ctx, e.rt)
	if s, ok := ref.Sender().(attachedSender); ok && s.env == e {
		w.client = s.client
	}
	e.stats.watches.Add(1)
	if w.client != nil || !e.isLocal(ref.Address().Address) || ref.Relayed() {
		e.rt.Go("watch "+ref.String(), func() { w.end(w.observe()) })
		return func() { w.end(nil) }
	}
	// What is told goes through a task of its own: Watch has then returned, and no handler is held up.
	tell := func(cause error) { e.rt.Go("watch "+ref.String(), func() { w.end(cause) }) }
	ok := false
	if in := e.standsFor(ref); in != nil {
		w.forget, ok = in.life.await(0, func(bool) { tell(w.because(api.ErrEndpointStopped)) })
	}
	if !ok {
		tell(w.because(api.ErrEndpointNotFound))
	}
	return func() { w.end(nil) }
}

// end tells the cause, or nothing when there is none. The first call counts.
func (w *watch) end(cause error) {
	w.mu.Lock()
	over := w.over
	w.over = true
	w.mu.Unlock()
	if over {
		return
	}
	w.cancel()
	w.env.stats.watches.Add(-1)
	switch {
	case cause != nil:
		w.gone(cause)
	case w.forget != nil:
		w.forget()
	}
}

func (w *watch) because(cause error) error { return fmt.Errorf("watch %s: %w", w.ref, cause) }

// observe returns why the endpoint is gone, or nil when nobody wants to know any more.
func (w *watch) observe() error {
	e := w.env
	for {
		asked := e.rt.Now()
		var state EndpointState
		err := w.ask(&state)
		switch {
		case e.stopping.Load():
			return w.because(api.ErrEnvStopped)
		case w.ctx.Err() != nil:
			return nil //nolint:nilerr // the error is that nobody waits for the answer
		case err != nil:
			if cause := w.judge(err); cause != nil {
				return w.because(cause)
			}
			continue
		case state.Gone && w.id == 0:
			return w.because(api.ErrEndpointNotFound)
		case state.Gone:
			return w.because(api.ErrEndpointStopped)
		}
		w.heard = e.rt.Now()
		known := w.id != 0
		w.id = state.ID
		if early := asked.Add(e.watchEvery() / 2).Sub(w.heard); known && early > 0 { // it has too many questions
			w.pause(early)
		}
	}
}

// ask asks the verifier, which answers in watchEvery, or when the endpoint is gone.
func (w *watch) ask(state *EndpointState) error {
	e := w.env
	left := e.cfg.WatchTimeout - e.rt.Now().Sub(w.heard)
	ctx, cancel := api.WithTimeout(w.ctx, e.rt, left)
	defer cancel()
	if w.ref.Relayed() {
		return w.ref.Ask(ctx, nil, nil) // which says why it cannot
	}
	verifier := api.RpcEndpointAddress{Name: verifierName, Address: w.ref.Address().Address}
	a := e.newAsk(&e.watches)
	err := e.askWith(ctx, a, w.client, &verifier, AwaitEnd{Name: w.ref.Name(), ID: w.id, Wait: e.watchEvery()}, state)
	e.done(a)
	return err
}

// watchEvery is how often a watched env is asked. A connection with a question outstanding must not be silent for
// ConnectionTimeout.
func (e *Env) watchEvery() time.Duration {
	every := e.cfg.WatchTimeout / 3
	if e.cfg.ConnectionTimeout > 0 {
		every = min(every, e.cfg.ConnectionTimeout/2)
	}
	return every
}

// judge returns why the endpoint is gone, or nil, after a pause, when that does not follow from err.
func (w *watch) judge(err error) error {
	e := w.env
	var broken *transport.ConnectionError
	var text *transport.RemoteFailure
	var failure *api.RemoteError
	switch {
	case errors.As(err, &text) || errors.As(err, &failure):
		switch stopped := errors.Is(err, api.ErrEndpointNotFound) || errors.Is(err, api.ErrEnvStopped); { // so has the verifier
		case stopped && w.id == 0:
			return api.ErrEndpointNotFound
		case stopped:
			return api.ErrEndpointStopped
		}
		w.heard = e.rt.Now() // it knows no watches, but it is there
		w.pause(e.watchEvery())
		return nil
	case errors.Is(err, api.ErrTimeout):
		return &api.TimeoutError{Op: "sign of life", After: e.rt.Now().Sub(w.heard), Setting: "RpcEnv.WatchTimeout"}
	case errors.As(err, &broken) && (w.client != nil || broken.Op == "connect"):
		return err
	case broken != nil || errors.Is(err, api.ErrOutboxFull):
		if e.rt.Now().Sub(w.heard) >= e.cfg.WatchTimeout {
			return err
		}
		w.pause(e.cfg.ConnectRetryWait)
		return nil
	}
	return err
}

func (w *watch) pause(d time.Duration) {
	_ = api.Sleep(w.ctx, w.env.rt, d) // who called looks at the context
}
