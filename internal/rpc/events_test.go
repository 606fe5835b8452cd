// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// events are lines.
type events struct {
	mu    api.Mutex
	lines []string
}

func (e *events) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.lines)
}

// listener keeps each event as a line.
func (e *events) listener(name string) *api.EventListener {
	add := func(format string, args ...any) {
		e.mu.Lock()
		e.lines = append(e.lines, name+" "+fmt.Sprintf(format, args...))
		e.mu.Unlock()
	}
	return &api.EventListener{
		ConnectionOpened: func(e api.ConnectionOpened) { add("opened, dialed %v", e.Dialed) },
		ConnectionClosed: func(e api.ConnectionClosed) { add("closed, dialed %v, %v", e.Dialed, e.Cause) },
		ConnectFailed: func(e api.ConnectFailed) {
			add("connect %d failed, again %v, some wait %v, closed %v", e.Attempt, e.Retry > 0, e.Waiting > 0, errors.Is(e.Cause, api.ErrConnectionClosed))
		},
		AskFailed: func(e api.AskFailed) {
			add("ask %s failed, timeout %v", e.Endpoint.Name, errors.Is(e.Cause, api.ErrTimeout))
		},
		MessageDropped: func(e api.MessageDropped) {
			add("dropped %d for %q, incoming %v, not found %v", e.Count, e.Endpoint, e.Incoming, errors.Is(e.Cause, api.ErrEndpointNotFound))
		},
		MessageUnreadable: func(e api.MessageUnreadable) { add("unreadable for %s, asked %v", e.Endpoint, e.Asked) },
		EndpointStarted:   func(e api.EndpointStarted) { add("started %s", e.Endpoint.Name) },
		EndpointStopped:   func(e api.EndpointStopped) { add("stopped %s", e.Endpoint.Name) },
		EndpointFailed:    func(e api.EndpointFailed) { add("failed %s, handled %v: %v", e.Endpoint.Name, e.Handled, e.Cause) },
		HandlerSlow:       func(e api.HandlerSlow) { add("slow %s, %v", e.Endpoint.Name, e.Took >= 5*time.Millisecond) },
		SlowAfter:         5 * time.Millisecond,
	}
}

// withoutOtherSlowOnes drops what a loaded machine was slow at, but for the first, which is slow by itself.
func withoutOtherSlowOnes(lines []string) []string {
	slow := 0
	return slices.DeleteFunc(lines, func(line string) bool {
		if strings.HasPrefix(line, "server slow e,") {
			slow++
			return slow > 1
		}
		return strings.HasPrefix(line, "server slow") || strings.HasPrefix(line, "client slow")
	})
}

// TestEvents has everything happen once.
func TestEvents(t *testing.T) {
	inWorlds(t, func(p *place) {
		happened := &events{mu: p.rt.NewMutex()}
		server := p.server("server", api.RpcEnvConfig{Listener: happened.listener("server")})
		client := p.client("client", api.RpcEnvConfig{Listener: happened.listener("client"), ConnectRetries: 1, ConnectRetryWait: time.Millisecond})
		near := p.endpoint(server, "e", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
				switch m {
				case "slow":
					return "", api.Sleep(p.ctx, p.rt, 10*time.Millisecond)
				case "silent":
					return "", api.ErrReplyLater
				}
				return m, nil
			}),
			api.OnSend(func(_ api.RpcCallContext, m string) error { return errors.New(m) }),
		))
		calm := p.endpoint(server, "calm", api.Handlers(
			api.OnSend(func(_ api.RpcCallContext, m string) error { return errors.New(m) }),
			api.OnError(func(error) {}),
		))
		ref := client.EndpointRef(near.Address())
		send := func(to api.RpcEndpointRef, m any) {
			if err := to.Send(m); err != nil {
				p.Error("send:", err)
			}
		}
		p.mustAsk(ref, "you", "you")
		p.mustAsk(ref, "slow", "")
		short, cancel := api.WithTimeout(p.ctx, p.rt, 50*time.Millisecond)
		p.wantErr("silent", ref.Ask(short, "silent", nil), api.ErrTimeout)
		cancel()
		send(ref, "bad")
		send(client.EndpointRef(calm.Address()), "bad")
		send(ref, unknown{})
		p.wantErr("unknown", ref.Ask(p.ctx, unknown{}, nil), api.ErrUnhandled)
		send(client.EndpointRef(api.RpcEndpointAddress{Name: "nobody", Address: server.Address()}), "you")
		p.mustAsk(ref, "all that has come", "all that has come")
		nowhere := client.EndpointRef(api.RpcEndpointAddress{Name: "x", Address: api.NewRpcAddress("127.0.0.1", 1)})
		send(nowhere, "one")
		p.wantErr("nowhere", nowhere.Ask(p.ctx, "you", nil), api.ErrConnectionClosed)
		if s := client.Stats(); s.OutboxDropped != 1 || s.PendingAsks != 0 || s.OutboxMessages != 0 || s.Failures != 3 {
			p.Errorf("client: %+v", s)
		}
		if s := server.Stats(); s.Unreadable != 2 || s.Undelivered != 1 || s.Endpoints != 3 || s.OpenConnections != 1 {
			p.Errorf("server: %+v", s)
		}
		p.shutDown()
		lines := happened.all()
		if p.sim == nil {
			lines = withoutOtherSlowOnes(lines)
		}
		got := strings.Join(lines, "\n") + "\n"
		for want, times := range map[string]int{
			"client started endpoint-verifier": 1, "server started endpoint-verifier": 1, "server started e": 1, "server started calm": 1,
			"client opened, dialed true": 1, "server opened, dialed false": 1,
			"client closed, dialed true, <nil>": 1, "server closed, dialed false, <nil>": 1,
			"server slow e, true": 1, "client ask e failed, timeout true": 1, "client ask e failed, timeout false": 1,
			"server failed e, handled false: bad": 1, "server failed calm, handled true: bad": 1,
			"server unreadable for e, asked false": 1, "server unreadable for e, asked true": 1,
			`server dropped 1 for "nobody", incoming true, not found true`:      1,
			"client connect 1 failed, again true, some wait true, closed true":  1,
			"client connect 2 failed, again false, some wait true, closed true": 1,
			`client dropped 1 for "", incoming false, not found false`:          1,
			"client ask x failed, timeout false":                                1,
			"server stopped e":                                                  1, "server stopped calm": 1, "server stopped endpoint-verifier": 1, "client stopped endpoint-verifier": 1,
		} {
			if n := strings.Count(got, want+"\n"); n != times {
				p.Errorf("%d times %q", n, want)
			}
		}
		if n := len(lines); n != 24 {
			p.Errorf("%d events:\n%s", n, got)
		}
	})
}

// TestLogEvents: the default listener writes to the env's logger what an operator should see.
func TestLogEvents(t *testing.T) {
	var b bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelInfo}))
	onMachine(t, func(p *place) {
		client := p.client("client", api.RpcEnvConfig{Logger: logger, ConnectRetries: 1, ConnectRetryWait: time.Millisecond})
		nowhere := client.EndpointRef(api.RpcEndpointAddress{Name: "x", Address: api.NewRpcAddress("127.0.0.1", 1)})
		if err := nowhere.Send("one"); err != nil {
			p.Error(err)
		}
		p.wantErr("nowhere", nowhere.Ask(p.ctx, "you", nil), api.ErrConnectionClosed)
	})
	for _, want := range []string{
		`level=INFO msg="connect failed, again" remote=127.0.0.1:1 attempt=1 retry=`, `level=WARN msg="connect failed" remote=127.0.0.1:1 attempt=2 retry=0s waiting=`,
		`level=WARN msg="message dropped" to=127.0.0.1:1 endpoint="" count=1 cause=`,
	} {
		if strings.Count(b.String(), want) != 1 {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if n := strings.Count(b.String(), "\n"); n != 3 {
		t.Errorf("%d lines:\n%s", n, b.String())
	}
}
