// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

func sendArrives(t *testing.T, where string) {
	inWorlds(t, func(p *place) {
		got := newNews[string](p)
		p.both(api.RpcEnvConfig{}, func() api.RpcEndpoint {
			return api.Handlers(api.OnSend(func(_ api.RpcCallContext, m string) error { got.tell(m); return nil }))
		}, func(here string, ref api.RpcEndpointRef) {
			if here != where {
				return
			}
			if err := ref.Send("hello"); err != nil {
				p.Error(err)
			}
			got.want("hello")
		})
		p.shutDown()
		got.silent()
	})
}

func TestENV01SendLocally(t *testing.T)  { sendArrives(t, "local") }
func TestENV02SendRemotely(t *testing.T) { sendArrives(t, "remote") }

func TestENV03SendARpcEndpointRef(t *testing.T) {
	inWorlds(t, func(p *place) {
		p.both(api.RpcEnvConfig{}, func() api.RpcEndpoint {
			return echo(api.OnAsk(func(call api.RpcCallContext, _ int) (api.RpcEndpointRef, error) { return call.Self(), nil }))
		}, func(_ string, ref api.RpcEndpointRef) {
			got, err := api.Ask[api.RpcEndpointRef](p.ctx, ref, 1)
			if err != nil || got.Address() != ref.Address() {
				p.Fatalf("asked %v, got %v, %v", ref, got, err)
			}
			p.mustAsk(got, "hello", "hello")
		})
	})
}

func askIsAnswered(t *testing.T, where string) {
	inWorlds(t, func(p *place) {
		p.both(api.RpcEnvConfig{}, func() api.RpcEndpoint { return echo() }, func(here string, ref api.RpcEndpointRef) {
			if here == where {
				p.mustAsk(ref, "hello", "hello")
			}
		})
	})
}

func TestENV04AskLocally(t *testing.T)  { askIsAnswered(t, "local") }
func TestENV05AskRemotely(t *testing.T) { askIsAnswered(t, "remote") }

// silent is an endpoint that is asked and does not reply before it is stopped.
func silent() api.RpcEndpoint {
	return api.Handlers(api.OnAsk(func(call api.RpcCallContext, _ string) (string, error) { return "", api.ErrReplyLater }))
}

func TestENV06AskTimeout(t *testing.T) {
	inWorlds(t, func(p *place) {
		slow := func() api.RpcEndpoint {
			return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
				return m, api.Sleep(p.ctx, p.rt, 100*time.Millisecond)
			}))
		}
		p.both(api.RpcEnvConfig{AskTimeout: time.Millisecond}, slow, func(where string, ref api.RpcEndpointRef) {
			_, err := api.Ask[string](p.ctx, ref, "hello")
			var timeout *api.TimeoutError
			if !errors.Is(err, api.ErrTimeout) || !errors.As(err, &timeout) || !strings.Contains(err.Error(), "RpcEnv.AskTimeout") {
				p.Errorf("%s: %v", where, err)
			}
			if errors.Is(err, context.DeadlineExceeded) {
				p.Errorf("%s: looks as if the asker's own context had ended: %v", where, err)
			}
		})
	})
}

func TestENV07AskAbort(t *testing.T) {
	errAbort := errors.New("aborted by the test")
	inWorlds(t, func(p *place) {
		p.both(api.RpcEnvConfig{AskTimeout: patience}, silent, func(where string, ref api.RpcEndpointRef) {
			ctx, abort := api.WithCancelCause(p.ctx, p.rt)
			p.rt.AfterFunc(10*time.Millisecond, func() { abort(errAbort) })
			_, err := api.Ask[string](ctx, ref, "hello")
			p.wantErr(where, err, errAbort, context.Canceled)
			_, err = api.Ask[string](ctx, ref, "too late")
			p.wantErr(where+", aborted before", err, errAbort)
		})
	})
}

func replyLater(t *testing.T, where string, answer func(call api.RpcCallContext) error, check func(p *place, got string, err error)) {
	inWorlds(t, func(p *place) {
		later := func() api.RpcEndpoint {
			return api.Handlers(api.OnAsk(func(call api.RpcCallContext, _ string) (string, error) {
				p.rt.Go("answer", func() {
					if err := answer(call); err != nil {
						p.Error(err)
					}
					p.wantErr("second answer", call.Reply("again"), api.ErrAlreadyReplied)
				})
				return "", api.ErrReplyLater
			}))
		}
		p.both(api.RpcEnvConfig{}, later, func(here string, ref api.RpcEndpointRef) {
			if here == where {
				got, err := api.Ask[string](p.ctx, ref, "hello")
				check(p, got, err)
			}
		})
	})
}

func acknowledged(p *place, got string, err error) {
	if got != "ack" || err != nil {
		p.Errorf("got %q, %v", got, err)
	}
}

func ack(call api.RpcCallContext) error { return call.Reply("ack") }

func TestENV17SendWithReply(t *testing.T)         { replyLater(t, "local", ack, acknowledged) }
func TestENV18SendWithReplyRemotely(t *testing.T) { replyLater(t, "remote", ack, acknowledged) }

func refuse(call api.RpcCallContext) error { return call.SendFailure(errOops) }

func refusedWith(p *place, _ string, err error) {
	p.wantErr("asked one that fails", err, errOops)
	if !strings.Contains(err.Error(), "oops") {
		p.Error("without the reason:", err)
	}
}

func TestENV19SendWithReplyError(t *testing.T)         { replyLater(t, "local", refuse, refusedWith) }
func TestENV20SendWithReplyRemotelyError(t *testing.T) { replyLater(t, "remote", refuse, refusedWith) }

// unserializable cannot be encoded, as a message or as an error.
type unserializable struct {
	C    chan int
	Text string
}

func (e *unserializable) Error() string { return "unserializable: " + e.Text }

// TestENV24UnserializableError: the asker hears at once; also of a reply that cannot be encoded.
func TestENV24UnserializableError(t *testing.T) {
	inWorlds(t, func(p *place) {
		handled := newNews[error](p)
		server := p.server("server", api.RpcEnvConfig{})
		ref := p.endpoint(server, "sendWithReply-unserializable-error", api.Handlers(
			api.OnAsk(func(call api.RpcCallContext, reply bool) (any, error) {
				bad := &unserializable{C: make(chan int), Text: "why"}
				if reply {
					handled.tell(call.Reply(bad))
					return nil, api.ErrReplyLater
				}
				return nil, bad
			}),
		))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
		_, err := api.Ask[string](p.ctx, remote, false)
		p.wantErr("unserializable error", err, api.ErrSerialization)
		if err == nil || !strings.Contains(err.Error(), "unserializable: why") {
			p.Error("without the original text:", err)
		}
		_, err = api.Ask[string](p.ctx, remote, true)
		p.wantErr("unserializable reply", err, api.ErrSerialization)
		p.wantErr("what Reply returned", handled.next(), api.ErrSerialization)
	})
}

// TestENV32RpcTimeoutSettings: settings are fields of a struct, so there are no lists of properties to search.
func TestENV32RpcTimeoutSettings(t *testing.T) {
	ask := func(p *place, cfg api.RpcEnvConfig) *api.TimeoutError {
		env := p.server("server", cfg)
		_, err := api.Ask[string](p.ctx, p.endpoint(env, "silent", silent()), "hello")
		var timeout *api.TimeoutError
		if !errors.As(err, &timeout) {
			p.Fatal(err)
		}
		p.shutDown()
		return timeout
	}
	inWorlds(t, func(p *place) {
		if got := ask(p, api.RpcEnvConfig{AskTimeout: 7 * time.Millisecond}); got.Setting != "RpcEnv.AskTimeout" || got.After != 7*time.Millisecond {
			p.Errorf("set: %+v", got)
		}
		if _, err := p.env("server", api.RpcEnvConfig{AskTimeout: -1, LookupTimeout: -1}); err == nil ||
			!strings.Contains(err.Error(), "AskTimeout") || !strings.Contains(err.Error(), "LookupTimeout") {
			p.Error("negative timeouts:", err)
		}
	})
	inSimulation(t, 1, func(p *place) {
		start := p.rt.Now()
		if got := ask(p, api.RpcEnvConfig{}); got.Setting != "RpcEnv.AskTimeout" || got.After != 120*time.Second || p.rt.Now().Sub(start) < got.After {
			p.Errorf("not set: %+v after %v", got, p.rt.Now().Sub(start))
		}
		client := p.client("client", api.RpcEnvConfig{LookupTimeout: time.Second, ConnectTimeout: time.Hour})
		network, listen := p.host("mute")
		l, err := network.Listen(p.ctx, listen)
		if err != nil {
			p.Fatal(err)
		}
		defer l.Close()
		_, err = client.Lookup(p.ctx, "spark://x@"+l.Addr().String())
		var timeout *api.TimeoutError
		if !errors.As(err, &timeout) || timeout.Setting != "RpcEnv.LookupTimeout" || timeout.After != time.Second {
			p.Error("lookup:", err)
		}
	})
}

// TestENV33TimeoutNamedOnce: however often the error is passed on, it names the setting once.
func TestENV33TimeoutNamedOnce(t *testing.T) {
	inWorlds(t, func(p *place) {
		server := p.server("server", api.RpcEnvConfig{AskTimeout: 5 * time.Millisecond})
		quiet := p.endpoint(server, "silent", silent())
		relay := p.endpoint(server, "relay", api.Handlers(api.OnAsk(func(call api.RpcCallContext, m string) (string, error) {
			if m == "reply" {
				return m, nil
			}
			return api.Ask[string](call.Context(), quiet, m)
		})))
		again := p.endpoint(p.server("second", api.RpcEnvConfig{}), "relay", api.Handlers(api.OnAsk(func(call api.RpcCallContext, m string) (string, error) {
			return api.Ask[string](call.Context(), p.from(p.envs[1], relay), m)
		})))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), again)
		p.mustAsk(remote, "reply", "reply")
		for where, ref := range map[string]api.RpcEndpointRef{"at once": quiet, "passed on": relay, "twice": remote} {
			_, err := api.Ask[string](p.ctx, ref, "hello")
			p.wantErr(where, err, api.ErrTimeout)
			if n := strings.Count(err.Error(), "RpcEnv.AskTimeout"); n != 1 {
				p.Errorf("%s: the setting is named %d times: %v", where, n, err)
			}
		}
	})
}

// TestNENV05LateReplyOfAClientModeEndpoint: the timeout names the connection, for there is no address.
func TestNENV05LateReplyOfAClientModeEndpoint(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, got := p.server("server", api.RpcEnvConfig{AskTimeout: 5 * time.Millisecond}), newNews[api.RpcEndpointRef](p)
		from := newNews[api.RpcAddress](p)
		ref := p.endpoint(server, "server", api.Handlers(api.OnSend(func(call api.RpcCallContext, m api.RpcEndpointRef) error {
			from.tell(call.SenderAddress())
			got.tell(m)
			return nil
		})))
		client := p.client("client", api.RpcEnvConfig{})
		if err := p.from(client, ref).Send(p.endpoint(client, "quiet", silent())); err != nil {
			p.Fatal(err)
		}
		_, err := api.Ask[string](p.ctx, got.next(), "hello")
		p.wantErr("ask", err, api.ErrTimeout)
		if remote := from.next(); !strings.Contains(err.Error(), remote.HostPort()) || remote.Port == 0 {
			p.Errorf("%v does not name %v", err, remote)
		}
	})
}
