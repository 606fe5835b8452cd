// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"context"
	"errors"
	"io"
	"net"
	"reflect"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/conformance"
)

func lifeBreakers() []breaker {
	envs := func(wrap func(api.RpcEnv) api.RpcEnv) func(conformance.Harness) conformance.Harness {
		return func(h conformance.Harness) conformance.Harness { return conformance.OnEnvs(h, wrap) }
	}
	return []breaker{
		{"addresses are wrong", envs(func(e api.RpcEnv) api.RpcEnv { return lostEnv{e} }), []string{
			"an env is reached at its address, and one without goes to others",
		}},
		{"names are given twice", envs(func(e api.RpcEnv) api.RpcEnv { return generousEnv{e} }), []string{
			"a name belongs to one endpoint at a time",
		}},
		{"inboxes take more", configured(func(c *api.RpcEnvConfig) { c.InboxMessages *= 10 }), []string{
			"a full inbox refuses, and what it took is handled",
		}},
		{"connections end after a while", networks(func(n api.Network, rt api.Runtime) api.Network { return shortLived{n, rt} }), []string{
			"a connection without asks outstanding is kept",
		}},
		{"endpoints hear nothing", endpoints(func(e endpoint) api.RpcEndpoint { return e }), []string{
			"an endpoint hears of its own errors and lives",
			"endpoints hear of connections, but not of the end of their own env",
		}},
		{"endpoints wait for each other", envs(func(e api.RpcEnv) api.RpcEnv { return turnEnv{e, e.Runtime().NewMutex()} }), []string{
			"an endpoint that takes long holds up no other",
		}},
		{"a watch tells twice", envs(func(e api.RpcEnv) api.RpcEnv { return chattyEnv{e} }), []string{
			"a watch tells of an endpoint's end once",
		}},
		{"messages lose their text", senders(func(s api.RefSender, _ api.Runtime) api.RefSender { return forgetful{s} }), []string{
			"a message arrives as it was sent",
		}},
		{"local messages are copied", senders(func(s api.RefSender, _ api.Runtime) api.RefSender { return copying{s} }), []string{
			"inside one env a message goes by reference",
		}},
		{"files end early", envs(func(e api.RpcEnv) api.RpcEnv { return curtEnv{e} }), []string{
			"a file arrives whole, whoever else reads",
			"a file that breaks off is an error after its beginning",
		}},
		{"everything is served", envs(func(e api.RpcEnv) api.RpcEnv { return openEnv{e} }), []string{
			"nothing is served but what was added",
		}},
	}
}

// lostEnv says that it is somewhere else.
type lostEnv struct{ api.RpcEnv }

func (e lostEnv) Address() api.RpcAddress {
	a := e.RpcEnv.Address()
	a.Port++
	return a
}

// generousEnv lets two endpoints have one name.
type generousEnv struct{ api.RpcEnv }

func (e generousEnv) SetupEndpoint(name string, ep api.RpcEndpoint) (api.RpcEndpointRef, error) {
	ref, err := e.RpcEnv.SetupEndpoint(name, ep)
	if errors.Is(err, api.ErrEndpointExists) {
		err = nil
	}
	return ref, err
}

// networks puts a network between each env and its own.
func networks(wrap func(api.Network, api.Runtime) api.Network) func(conformance.Harness) conformance.Harness {
	return func(h conformance.Harness) conformance.Harness {
		return conformance.OnHosts(h, func(host conformance.Host) conformance.Host { return networkHost{host, wrap} })
	}
}

type networkHost struct {
	conformance.Host
	wrap func(api.Network, api.Runtime) api.Network
}

func (h networkHost) NewRpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	if cfg.Network == nil {
		cfg.Network = h.Network()
	}
	cfg.Network = h.wrap(cfg.Network, h.Runtime())
	return h.Host.NewRpcEnv(cfg)
}

// shortLived closes each connection after a while.
type shortLived struct {
	api.Network
	rt api.Runtime
}

func (n shortLived) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := n.Network.Dial(ctx, addr)
	if err == nil {
		n.rt.AfterFunc(250*time.Millisecond, func() { _ = c.Close() }) // broken on purpose
	}
	return c, err
}

// turnEnv has one endpoint at a time handle a message.
type turnEnv struct {
	api.RpcEnv
	mu api.Mutex
}

func (e turnEnv) SetupEndpoint(name string, inner api.RpcEndpoint) (api.RpcEndpointRef, error) {
	return e.RpcEnv.SetupEndpoint(name, inTurn{endpoint{inner, e.RpcEnv}, e.mu})
}

type inTurn struct {
	endpoint
	mu api.Mutex
}

func (e inTurn) ReceiveAndReply(call api.RpcCallContext, msg any) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.endpoint.ReceiveAndReply(call, msg)
}

// chattyEnv tells everything twice.
type chattyEnv struct{ api.RpcEnv }

func (e chattyEnv) Watch(ref api.RpcEndpointRef, gone func(error)) (stop func()) {
	return e.RpcEnv.Watch(ref, func(cause error) { gone(cause); gone(cause) })
}

// forgetful drops the field Text of messages.
type forgetful struct{ api.RefSender }

func (s forgetful) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Struct && v.FieldByName("Text").IsValid() {
		changed := reflect.New(v.Type()).Elem()
		changed.Set(v)
		changed.FieldByName("Text").SetString("forgotten")
		msg = changed.Interface()
	}
	return s.RefSender.AskTo(ctx, to, msg, reply)
}

// copying sends copies of what is pointed to.
type copying struct{ api.RefSender }

func (s copying) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Pointer {
		other := reflect.New(v.Type().Elem())
		other.Elem().Set(v.Elem())
		msg = other.Interface()
	}
	return s.RefSender.AskTo(ctx, to, msg, reply)
}

// curtEnv takes a failure in mid-stream, and the 1,000th byte, for the end of a file.
type curtEnv struct{ api.RpcEnv }

func (e curtEnv) OpenChannel(ctx context.Context, uri string) (io.ReadCloser, error) {
	ch, err := e.RpcEnv.OpenChannel(ctx, uri)
	return &curtChannel{ch, 1000}, err
}

type curtChannel struct {
	io.ReadCloser
	left int
}

func (c *curtChannel) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b[:min(len(b), c.left)])
	c.left -= n
	if err != nil || c.left == 0 {
		err = io.EOF
	}
	return n, err
}

// openEnv serves what cannot be served as a file without bytes.
type openEnv struct{ api.RpcEnv }

func (e openEnv) OpenChannel(ctx context.Context, uri string) (io.ReadCloser, error) {
	ch, err := e.RpcEnv.OpenChannel(ctx, uri)
	return &curtChannel{ch, 1 << 30}, err
}
