// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"unicode/utf8"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/internal/transport"
)

// Env is an RpcEnv, as Spark's NettyRpcEnv.
type Env struct {
	// What every ask looks at stands together.
	address  api.RpcAddress
	clock    api.Stopwatch
	codec    *codec.Codec
	recent   atomic.Pointer[outbox] // the one last used; written with mu held
	stopping atomic.Bool            // written with mu held
	foreign  bool                   // messages are handed to a Serializer that somebody has brought
	finished api.FreeList           // of *pendingAsk, to be used again
	boxes    api.FreeList           // of *api.MessageBox, likewise
	places   api.FreeList           // of *readingPlace, likewise
	most     int                    // bytes of a message
	usual    askKind
	stats    counters

	rt         api.Runtime
	cfg        api.RpcEnvConfig
	ctx        context.Context // ends with the env
	cancel     context.CancelFunc
	dispatcher *dispatcher
	server     *transport.Server // nil in client mode
	clients    *transport.ClientFactory
	files      *fileServer
	downloads  *transport.ClientFactory
	events     api.EventListener
	lives      *endpointLives

	mu       api.Mutex
	outboxes map[api.RpcAddress]*outbox
	lookups  askKind
	watches  askKind       // the questions of watches
	local    []*pendingAsk // unanswered, of endpoints here
	stopped  bool
	waiting  []api.Waiter // of AwaitTermination and of a second Shutdown
}

var _ api.RpcEnv = (*Env)(nil)

// counters is what RpcEnvStats is made of.
type counters struct {
	asks, replies, sends, failures, connectRetries, outboxDropped, unreadable, undelivered atomic.Uint64

	watches atomic.Int64
}

// NewEnv starts an env in the world of rt, which has filled in Network, Files and Logger of cfg.
func NewEnv(rt api.Runtime, cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	e, err := newEnv(rt, cfg)
	if err != nil {
		return nil, err
	}
	return e, nil
}

func newEnv(rt api.Runtime, cfg api.RpcEnvConfig) (*Env, error) {
	cfg = withDefaults(cfg)
	if err := validate(cfg); err != nil {
		return nil, err
	}
	c, err := codec.New(cfg.Serializer, cfg.MessageTypes)
	if err != nil {
		return nil, err
	}
	e := &Env{
		rt: rt, clock: api.StopwatchOf(rt), cfg: cfg, codec: c, mu: rt.NewMutex(),
		events: listener(cfg), lives: newEndpointLives(rt),
		outboxes: map[api.RpcAddress]*outbox{},
		foreign:  cfg.Serializer != nil, most: cfg.MaxMessageSize,
		usual:   askKind{timeout: cfg.AskTimeout, setting: "RpcEnv.AskTimeout"},
		lookups: askKind{timeout: cfg.LookupTimeout, setting: "RpcEnv.LookupTimeout"},
		watches: askKind{timeout: cfg.WatchTimeout, setting: "RpcEnv.WatchTimeout"},
	}
	e.boxes, e.finished, e.places = api.NewFreeList(rt), api.NewFreeList(rt), api.NewFreeList(rt)
	e.ctx, e.cancel = api.WithCancel(context.Background(), rt)
	e.dispatcher = newDispatcher(e)
	e.files = newFileServer(e)
	e.clients = transport.NewClientFactory(rt, cfg.Network, transportConfig(cfg), &handler{env: e, dialed: true})
	e.downloads = transport.NewClientFactory(rt, cfg.Network, downloadConfig(cfg), refusing{e})
	if cfg.Bind != "" {
		if err := e.listen(&handler{env: e}); err != nil {
			return nil, err
		}
	}
	_, err = e.SetupEndpoint(verifierName, newVerifier(e))
	return e, err
}

func (e *Env) listen(h *handler) (err error) {
	e.server, err = transport.NewServer(context.Background(), e.rt, e.cfg.Network, e.cfg.Bind, transportConfig(e.cfg), h)
	if err != nil {
		return fmt.Errorf("listen %s: %w", e.cfg.Bind, err)
	}
	if e.address, err = transport.Advertised(e.cfg.Bind, e.cfg.AdvertiseHost, e.server.Addr()); err != nil {
		_ = e.server.Close(context.Background()) // it has no connections
	}
	return err
}

// Address implements api.RpcEnv.
func (e *Env) Address() api.RpcAddress { return e.address }

// Runtime implements api.RpcEnv. A world may give the stack another runtime than components.
func (e *Env) Runtime() api.Runtime {
	if r, ok := e.rt.(interface{ Components() api.Runtime }); ok {
		return r.Components()
	}
	return e.rt
}

// Logger implements api.RpcEnv.
func (e *Env) Logger() *slog.Logger { return e.cfg.Logger }

// SetupEndpoint implements api.RpcEnv.
func (e *Env) SetupEndpoint(name string, ep api.RpcEndpoint) (api.RpcEndpointRef, error) {
	if _, err := api.ParseRpcEndpointAddress("spark-client://" + name); err != nil || len(name) > maxName || !utf8.ValidString(name) {
		return api.RpcEndpointRef{}, fmt.Errorf("set up endpoint %.100q: want a name of up to %d bytes of UTF-8 without any of @:/?#", name, maxName)
	}
	if ep == nil {
		return api.RpcEndpointRef{}, fmt.Errorf("set up endpoint %s: there is none", name)
	}
	return e.dispatcher.register(name, ep)
}

// maxName is how long the name of an endpoint may be, in bytes, whatever it is made of: the wire encodes some bytes as two.
const maxName = 1<<15 - 1

// EndpointRef implements api.RpcEnv.
func (e *Env) EndpointRef(address api.RpcEndpointAddress) api.RpcEndpointRef {
	return api.NewRpcEndpointRef(address, e)
}

// Stop implements api.RpcEnv.
func (e *Env) Stop(ref api.RpcEndpointRef) {
	if in := e.standsFor(ref); in != nil {
		e.dispatcher.stop(in)
	}
}

// ownSender is behind the references that an env gives to an endpoint and to who has set it up: they know which one it is.
type ownSender struct {
	*Env
	in *inbox
}

var _ api.RefSender = (*ownSender)(nil)

// standsFor returns the endpoint of this env behind a reference, nil when there is none: the very one that it was made
// for, or else who has the name now.
func (e *Env) standsFor(ref api.RpcEndpointRef) *inbox {
	if own, ok := ref.Sender().(*ownSender); ok {
		if own.Env != e {
			return nil
		}
		return own.in
	}
	if !e.isLocal(ref.Address().Address) || isOthers(ref) {
		return nil
	}
	return e.dispatcher.find(ref.Name())
}

// isOthers tells a reference to an endpoint of some client-mode env from one of this env, if that is in client mode too: their
// addresses are equal.
func isOthers(ref api.RpcEndpointRef) bool {
	_, attached := ref.Sender().(attachedSender)
	return attached || ref.Relayed()
}

// FileServer implements api.RpcEnv.
func (e *Env) FileServer() api.RpcEnvFileServer { return e.files }

// isLocal reports whether the endpoints of an env with that address live here.
func (e *Env) isLocal(a api.RpcAddress) bool { return a == e.address }
