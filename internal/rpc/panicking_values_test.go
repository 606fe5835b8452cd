// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// mute panics in the method that its text names.
type mute struct{ In string }

func (m mute) Error() string {
	if m.In == "Error" {
		panic("mute in Error")
	}
	return "mute"
}

func (m mute) Is(error) bool {
	if m.In == "Is" {
		panic("mute in Is")
	}
	return false
}

func (m mute) Unwrap() error {
	if m.In == "Unwrap" {
		panic("mute in Unwrap")
	}
	return nil
}

// nilError is an error that only a nil pointer is.
type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

// stringer panics when it is printed.
type stringer struct{}

func (stringer) String() string { panic("mute in String") }

// blob panics where it encodes or decodes itself.
type blob struct{ In string }

func (b blob) AppendBinary(dst []byte) ([]byte, error) {
	if b.In == "AppendBinary" {
		panic(mute{"Error"})
	}
	return append(dst, b.In...), nil
}

func (b *blob) UnmarshalBinary(p []byte) error {
	b.In = string(p)
	switch b.In {
	case "UnmarshalBinary":
		panic(mute{"Error"})
	case "its error":
		return mute{"Error"}
	case "its error's Is":
		return mute{"Is"}
	}
	return nil
}

// marshaler panics where the serializer calls it.
type marshaler struct{ N int }

func (marshaler) MarshalText() ([]byte, error) { panic(stringer{}) }

// nameless has no name on the wire.
type nameless struct{ N int }

func (nameless) WireName() string { panic("mute in WireName") }

// provoke is asked for what goes wrong.
type provoke struct{ What string }

func failsBy(_ api.RpcCallContext, m provoke) (int, error) {
	switch m.What {
	case "panics with an error":
		panic(mute{"Error"})
	case "panics with a value":
		panic(stringer{})
	case "nil pointer":
		return 0, (*nilError)(nil)
	case "joined":
		return 0, errors.Join(errShut, mute{"Error"})
	case "wrapped":
		return 0, &api.BlockError{Op: "op", Cause: mute{"Error"}}
	}
	return 0, mute{m.What}
}

// replies are what an endpoint replies to a provocation with.
func replies(m provoke) any {
	switch m.What {
	case "AppendBinary", "UnmarshalBinary", "its error", "its error's Is":
		return blob{m.What}
	case "MarshalText":
		return marshaler{}
	}
	return nameless{}
}

// untyped replies by its call, from the handler or later.
type untyped struct {
	rt api.Runtime
}

func (untyped) Receive(api.RpcCallContext, any) error { panic(mute{"Error"}) }

func (u untyped) ReceiveAndReply(call api.RpcCallContext, msg any) error {
	switch m := msg.(type) {
	case provoke:
		if what, later := strings.CutSuffix(m.What, " later"); later {
			u.rt.Go("later", func() { _ = call.Reply(replies(provoke{what})) })
			return nil
		}
		return call.Reply(replies(m))
	case blob:
		return call.Reply("got " + m.In)
	}
	return call.Reply("alive")
}

// TestPanickingValues: a message, reply or error whose own methods panic fails the ask it belongs to, at once, and nothing
// else: not the endpoint, not the env, not the process or the simulation.
func TestPanickingValues(t *testing.T) {
	cfg := api.RpcEnvConfig{MessageTypes: []any{provoke{}, blob{}, marshaler{}}, AskTimeout: time.Minute}
	inWorlds(t, func(p *place) {
		p.both(cfg, func() api.RpcEndpoint { return api.Handlers(api.OnAsk(failsBy)) }, func(where string, ref api.RpcEndpointRef) {
			for _, what := range []string{"Error", "Is", "Unwrap", "panics with an error", "panics with a value", "nil pointer", "joined", "wrapped"} {
				err := ref.Ask(p.ctx, provoke{what}, nil)
				if err == nil {
					p.Errorf("%s, %s: no error", where, what)
				}
				if where == "local" { // it is the handler's own
					continue
				}
				if _, ok := errors.AsType[*api.RemoteError](err); !ok {
					p.Errorf("%s: %v", what, err)
				}
			}
		})
	})
	inWorlds(t, func(p *place) {
		p.both(cfg, func() api.RpcEndpoint { return untyped{p.rt} }, func(where string, ref api.RpcEndpointRef) {
			for _, how := range []string{"", " later"} {
				for _, what := range []string{"AppendBinary", "UnmarshalBinary", "its error", "its error's Is", "MarshalText", "WireName"} {
					err := ref.Ask(p.ctx, provoke{what + how}, new(blob))
					if where == "remote" && !errors.Is(err, api.ErrSerialization) || where == "local" && errors.Is(err, api.ErrTimeout) {
						p.Errorf("%s, reply%s, %s: %v", where, how, what, err)
					}
				}
			}
			for what, m := range map[string]any{"UnmarshalBinary": blob{"UnmarshalBinary"}, "its error": blob{"its error"}, "its error's Is": blob{"its error's Is"}, "AppendBinary": blob{"AppendBinary"}, "MarshalText": marshaler{}, "WireName": nameless{}} {
				if err := ref.Ask(p.ctx, m, nil); where == "remote" && !errors.Is(err, api.ErrSerialization) {
					p.Errorf("%s, message, %s: %v", where, what, err)
				}
				_ = ref.Send(m) // what matters is that all goes on
			}
			p.mustAsk(ref, "are you", "alive")
		})
	})
}
