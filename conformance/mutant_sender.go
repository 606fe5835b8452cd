// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"

	"github.com/twinwire/twinwire/api"
)

// senderEnv is an env whose references send through a sender of their own.
type senderEnv struct {
	api.RpcEnv
	sender api.RefSender
}

// onSenders returns h with wrap around what carries the messages of each env.
func onSenders(h Harness, wrap func(inner api.RefSender, rt api.Runtime) api.RefSender) Harness {
	return onEnvs(h, func(env api.RpcEnv) api.RpcEnv {
		return senderEnv{env, wrap(plainSender{env}, env.Runtime())}
	})
}

// plainSender is an env's own way to send.
type plainSender struct{ env api.RpcEnv }

func (s plainSender) SendTo(to api.RpcEndpointRef, msg any) error {
	return s.env.EndpointRef(to.Address()).Send(msg)
}

func (s plainSender) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	return s.env.EndpointRef(to.Address()).Ask(ctx, msg, reply)
}

func (e senderEnv) mine(ref api.RpcEndpointRef) api.RpcEndpointRef {
	return api.NewRpcEndpointRef(ref.Address(), e.sender)
}

// SetupEndpoint returns a reference with the sender.
func (e senderEnv) SetupEndpoint(name string, endpoint api.RpcEndpoint) (api.RpcEndpointRef, error) {
	ref, err := e.RpcEnv.SetupEndpoint(name, endpoint)
	if err != nil {
		return ref, err
	}
	return e.mine(ref), nil
}

// Lookup returns a reference with the sender.
func (e senderEnv) Lookup(ctx context.Context, uri string) (api.RpcEndpointRef, error) {
	ref, err := e.RpcEnv.Lookup(ctx, uri)
	if err != nil {
		return ref, err
	}
	return e.mine(ref), nil
}

// EndpointRef returns a reference with the sender.
func (e senderEnv) EndpointRef(address api.RpcEndpointAddress) api.RpcEndpointRef {
	return e.mine(e.RpcEnv.EndpointRef(address))
}

// Stop takes a reference with the sender.
func (e senderEnv) Stop(ref api.RpcEndpointRef) { e.RpcEnv.Stop(e.RpcEnv.EndpointRef(ref.Address())) }
