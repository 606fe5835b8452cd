// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"context"
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/conformance"
)

// endBreakers break what is said of the ends of things.
func endBreakers() []breaker {
	envs := func(wrap func(api.RpcEnv) api.RpcEnv) func(conformance.Harness) conformance.Harness {
		return func(h conformance.Harness) conformance.Harness { return conformance.OnEnvs(h, wrap) }
	}
	const shutdown = "shutting an env down fails its pending asks"
	return []breaker{
		{"a cancel has no cause", senders(func(s api.RefSender, _ api.Runtime) api.RefSender { return uncaused{s} }), []string{
			"an ask ends when its context does",
		}},
		{"a stopped env sends", senders(func(s api.RefSender, _ api.Runtime) api.RefSender { return undead{s} }), []string{shutdown}},
		{"nobody waits for the end", envs(func(e api.RpcEnv) api.RpcEnv { return restless{e} }), []string{shutdown}},
		{"removed files are served", envs(func(e api.RpcEnv) api.RpcEnv { return hoarder{e} }), []string{
			"nothing is served but what was added",
		}},
	}
}

// uncaused asks without the cause of the context's end.
type uncaused struct{ api.RefSender }

func (s uncaused) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	err := s.RefSender.AskTo(ctx, to, msg, reply)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return ctx.Err()
	}
	return err
}

// undead does not tell that its env has stopped.
type undead struct{ api.RefSender }

func (s undead) SendTo(to api.RpcEndpointRef, msg any) error {
	if err := s.RefSender.SendTo(to, msg); !errors.Is(err, api.ErrEnvStopped) {
		return err
	}
	return nil
}

// restless does not wait for its end.
type restless struct{ api.RpcEnv }

func (restless) AwaitTermination(context.Context) error { return nil }

// hoarder serves files that were removed.
type hoarder struct{ api.RpcEnv }

func (e hoarder) FileServer() api.RpcEnvFileServer { return keeper{e.RpcEnv.FileServer()} }

type keeper struct{ api.RpcEnvFileServer }

func (keeper) RemoveFile(string) {}
