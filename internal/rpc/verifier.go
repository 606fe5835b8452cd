// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
)

// verifierName is the endpoint that every listening env has, as Spark's RpcEndpointVerifier.
const verifierName = "endpoint-verifier"

// CheckExistence asks the verifier whether an endpoint exists; the reply is a bool.
type CheckExistence struct {
	codec.AlwaysCBOR

	Name string
}

// existence is the bool.
type existence bool

// WireName is that of a bool.
func (existence) WireName() string { return "bool" }

// TravelsAsCBOR implements codec.CBORMessage.
func (existence) TravelsAsCBOR() {}

// WireName is Spark's class name.
func (CheckExistence) WireName() string {
	return "org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence"
}

func newVerifier(e *Env) api.RpcEndpoint {
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m CheckExistence) (existence, error) {
		return e.dispatcher.find(m.Name) != nil, nil
	}), api.OnAsk(e.awaitEnd))
}

// Lookup implements api.RpcEnv.
func (e *Env) Lookup(ctx context.Context, uri string) (api.RpcEndpointRef, error) {
	a, err := api.ParseRpcEndpointAddress(uri)
	if err != nil {
		return api.RpcEndpointRef{}, err
	}
	if e.stopping.Load() {
		return api.RpcEndpointRef{}, fmt.Errorf("look up %s: %w", uri, api.ErrEnvStopped)
	}
	if e.isLocal(a.Address) {
		if e.dispatcher.find(a.Name) == nil {
			return api.RpcEndpointRef{}, &NotFoundError{URI: a.String()}
		}
		return e.EndpointRef(a), nil
	}
	verifier := api.RpcEndpointAddress{Name: verifierName, Address: a.Address}
	var exists existence
	err = e.askVia(ctx, nil, &verifier, CheckExistence{Name: a.Name}, &exists, &e.lookups)
	if err != nil {
		return api.RpcEndpointRef{}, fmt.Errorf("look up %s: %w", uri, err)
	}
	if !exists {
		return api.RpcEndpointRef{}, &NotFoundError{URI: a.String()}
	}
	return e.EndpointRef(a), nil
}

// NotFoundError says that an env has no such endpoint. It matches api.ErrEndpointNotFound.
type NotFoundError struct{ URI string }

// Error is Spark's text.
func (e *NotFoundError) Error() string { return "Cannot find endpoint: " + e.URI }

// Is makes errors.Is(err, api.ErrEndpointNotFound) true.
func (e *NotFoundError) Is(target error) bool { return target == api.ErrEndpointNotFound }
