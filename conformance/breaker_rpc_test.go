// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"context"
	"errors"
	"reflect"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/conformance"
)

func rpcBreakers() []breaker {
	return []breaker{
		{"replies are mixed up", senders(func(s api.RefSender, _ api.Runtime) api.RefSender { return &mixedReplies{RefSender: s} }), []string{
			"every ask gets its own reply",
			"a late reply is ignored and disturbs no other ask",
		}},
		{"a failed peer is never tried again", senders(func(s api.RefSender, _ api.Runtime) api.RefSender { return &grudge{RefSender: s} }), []string{
			"after a cut the next ask goes over a new connection",
		}},
		{"contexts are ignored", senders(func(s api.RefSender, _ api.Runtime) api.RefSender { return endless{s} }), []string{
			"an ask ends when its context does",
		}},
		{"errors travel as texts", senders(func(s api.RefSender, _ api.Runtime) api.RefSender { return flat{s} }), []string{
			"a handler's error reaches the asker with its chain",
			"an unknown endpoint is reported as such",
			"a message that cannot be decoded fails alone and its connection lives",
			"a message above the limit is refused at the sender",
			"shutting an env down fails its pending asks",
			"an ask to an env that goes away ends",
			"an ask to a host that crashes ends",
			"an endpoint that asks itself is told so at once",
			"a full outbox refuses at once",
		}},
		{"endpoints handle messages at once", endpoints(func(e endpoint) api.RpcEndpoint { return parallel{e} }), []string{
			"an endpoint handles one message at a time",
		}},
		{"endpoints never stop", endpoints(func(e endpoint) api.RpcEndpoint { return deathless{e} }), []string{
			"an endpoint starts first, stops last, and handles what was queued",
		}},
		{"endpoints say no", endpoints(func(e endpoint) api.RpcEndpoint { return unwilling{e} }), []string{
			"a reference to an endpoint of an env that listens nowhere works while its connection lasts",
		}},
		{"a panic stops its endpoint", endpoints(func(e endpoint) api.RpcEndpoint { return frail{e} }), []string{
			"a panic fails its ask alone and the endpoint lives",
		}},
		{"connecting is not retried", configured(func(c *api.RpcEnvConfig) { c.ConnectRetries = -1 }), []string{
			"messages wait while a refused connection is tried again",
			"an unreachable peer is tried as often as configured, then asks fail",
		}},
		{"timeouts strike early", configured(func(c *api.RpcEnvConfig) { c.LookupTimeout /= 2; c.ConnectionTimeout /= 10 }), []string{
			"a lookup that nobody answers ends with a timeout that names the setting",
			"a connection with asks outstanding and no traffic is given up",
		}},
	}
}

func senders(wrap func(api.RefSender, api.Runtime) api.RefSender) func(conformance.Harness) conformance.Harness {
	return func(h conformance.Harness) conformance.Harness { return conformance.OnSenders(h, wrap) }
}

func endpoints(wrap func(endpoint) api.RpcEndpoint) func(conformance.Harness) conformance.Harness {
	return func(h conformance.Harness) conformance.Harness {
		return conformance.OnEnvs(h, func(env api.RpcEnv) api.RpcEnv { return endpointEnv{env, wrap} })
	}
}

func configured(change func(*api.RpcEnvConfig)) func(conformance.Harness) conformance.Harness {
	return func(h conformance.Harness) conformance.Harness {
		return conformance.OnHosts(h, func(host conformance.Host) conformance.Host { return configuredHost{host, change} })
	}
}

type configuredHost struct {
	conformance.Host
	change func(*api.RpcEnvConfig)
}

func (h configuredHost) NewRpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	h.change(&cfg)
	return h.Host.NewRpcEnv(cfg)
}

// mixedReplies gives the reply of one ask to the next.
type mixedReplies struct {
	api.RefSender
	last reflect.Value
}

func (s *mixedReplies) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	err := s.RefSender.AskTo(ctx, to, msg, reply)
	if err != nil || reply == nil {
		return err
	}
	got := reflect.ValueOf(reply).Elem()
	mine := reflect.ValueOf(got.Interface())
	if s.last.IsValid() && s.last.Type() == got.Type() {
		got.Set(s.last)
	}
	s.last = mine
	return nil
}

// grudge fails every ask after the first that failed.
type grudge struct {
	api.RefSender
	err error
}

func (s *grudge) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	if s.err == nil {
		s.err = s.RefSender.AskTo(ctx, to, msg, reply)
	}
	return s.err
}

// endless ignores the context of an ask.
type endless struct{ api.RefSender }

func (s endless) AskTo(_ context.Context, to api.RpcEndpointRef, msg, reply any) error {
	return s.RefSender.AskTo(context.Background(), to, msg, reply)
}

// flat turns errors into their texts.
type flat struct{ api.RefSender }

func (s flat) SendTo(to api.RpcEndpointRef, msg any) error {
	if err := s.RefSender.SendTo(to, msg); err != nil {
		return errors.New(err.Error())
	}
	return nil
}

func (s flat) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	if err := s.RefSender.AskTo(ctx, to, msg, reply); err != nil {
		return errors.New(err.Error())
	}
	return nil
}

// endpoint is an endpoint made by api.Handlers, and its env.
type endpoint struct {
	api.RpcEndpoint
	env api.RpcEnv
}

func (e endpoint) NewMessage(name string) any {
	return e.RpcEndpoint.(api.MessageFactory).NewMessage(name)
}
func (e endpoint) OnStart(self api.RpcEndpointRef) error {
	return e.RpcEndpoint.(api.Starter).OnStart(self)
}
func (e endpoint) OnStop() error { return e.RpcEndpoint.(api.Stopper).OnStop() }

type endpointEnv struct {
	api.RpcEnv
	wrap func(endpoint) api.RpcEndpoint
}

func (e endpointEnv) SetupEndpoint(name string, inner api.RpcEndpoint) (api.RpcEndpointRef, error) {
	return e.RpcEnv.SetupEndpoint(name, e.wrap(endpoint{inner, e.RpcEnv}))
}

// parallel handles each ask by a task of its own.
type parallel struct{ endpoint }

func (e parallel) ReceiveAndReply(call api.RpcCallContext, msg any) error {
	e.env.Runtime().Go("handle", func() {
		if err := e.endpoint.ReceiveAndReply(call, msg); err != nil {
			_ = call.SendFailure(err) // broken on purpose
		}
	})
	return nil
}

// deathless does not hear of its end.
type deathless struct{ endpoint }

func (deathless) OnStop() error { return nil }

// unwilling answers no ask.
type unwilling struct{ endpoint }

func (unwilling) ReceiveAndReply(api.RpcCallContext, any) error { return errors.New("no") }

// frail stops when it panics.
type frail struct{ endpoint }

func (e frail) ReceiveAndReply(call api.RpcCallContext, msg any) error {
	defer func() {
		if p := recover(); p != nil {
			e.env.Stop(call.Self())
			panic(p)
		}
	}()
	return e.endpoint.ReceiveAndReply(call, msg)
}
