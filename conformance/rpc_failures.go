// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func rpcFailures() []Property {
	const family = "rpc failure propagation"
	return []Property{
		law(Property{Family: family, Name: "a handler's error reaches the asker with its chain", Clause: "R21", Needs: Rpc}, drawTroubles, errorsTravel),
		law(Property{Family: family, Name: "a panic fails its ask alone and the endpoint lives", Clause: "R22", Needs: Rpc}, drawTroubles, panicsStay),
		law(Property{Family: family, Name: "an unknown endpoint is reported as such", Clause: "R23", Needs: Rpc}, drawTroubles, unknownEndpoint),
		law(Property{Family: family, Name: "a message that cannot be decoded fails alone and its connection lives", Clause: "R24", Needs: Rpc | Plugged}, drawTroubles, undecodable),
		law(Property{Family: family, Name: "a message above the limit is refused at the sender", Clause: "R25", Needs: Rpc | Plugged}, drawSize, tooLarge),
		law(Property{Family: family, Name: "shutting an env down fails its pending asks", Clause: "R26", Needs: Rpc}, drawTroubles, shutdownFails),
		law(Property{Family: family, Name: "an ask to an env that goes away ends", Clause: "R27", Needs: Rpc}, drawTroubles, serverGoes),
		law(Property{Family: family, Name: "bytes that are no frames leave an env's other connections alone", Clause: "R28", Needs: Rpc | Connections}, drawGarbage, rpcGarbage),
		law(Property{Family: family, Name: "a full outbox refuses at once", Clause: "R14", Needs: Rpc | Plugged}, drawRefusals, fullOutbox),
		law(Property{Family: family, Name: "a full inbox refuses, and what it took is handled", Clause: "R31", Needs: Rpc, waits: 8}, drawRefusals, fullInbox),
		law(Property{Family: family, Name: "an endpoint that asks itself is told so at once", Clause: "R8", Needs: Rpc}, drawTroubles, selfAsk),
		law(Property{Family: family, Name: "a reference to an endpoint of an env that listens nowhere works while its connection lasts", Clause: "R29", Needs: Rpc}, drawAsks, callBack),
		law(Property{Family: family, Name: "an ask to a host that crashes ends", Clause: "R27", Needs: Rpc | Crashes}, drawTroubles, hostCrashes),
	}
}

type troublesPlan struct {
	conditions
	Route    route
	Troubles []trouble
}

func drawTroubles(t *rapid.T) troublesPlan {
	one := rapid.Custom(func(t *rapid.T) trouble {
		return trouble{
			Kind: troubleKind(rapid.IntRange(0, int(troubleKinds)-1).Draw(t, "kind")),
			Wrap: rapid.IntRange(0, 3).Draw(t, "wrap"),
		}
	})
	p := troublesPlan{conditions: drawFair(t), Route: drawRoute(t), Troubles: rapid.SliceOfN(one, 1, 6).Draw(t, "troubles")}
	for i := range p.Troubles {
		p.Troubles[i].ID = i
	}
	return p
}

// cause is the error a trouble makes, without and with what stands around it.
func (m trouble) cause() (bare, wrapped error) {
	switch m.Kind {
	case troubleFirst:
		bare = errFirst
	case troubleSecond:
		bare = errSecond
	case troubleTyped:
		bare = &badInput{Field: "field", Code: m.ID}
	case troubleValue:
		bare = tooDeep{Depth: m.ID}
	default:
		return nil, nil
	}
	wrapped = bare
	for i := range m.Wrap {
		wrapped = fmt.Errorf("layer %d: %w", i, wrapped)
	}
	return bare, wrapped
}

// makeTrouble is the handler of troubles. The ways to fail differ: returned, sent now.
func makeTrouble(call api.RpcCallContext, m trouble) (any, error) {
	switch m.Kind {
	case troublePanic:
		if m.Wrap > 0 {
			return nil, speechless{}
		}
		panic(fmt.Sprintf("conformance: panic %d on purpose", m.ID))
	case troubleUnencoded:
		return unencodable{}, nil
	}
	_, err := m.cause()
	if err != nil && m.ID%2 == 1 {
		_ = call.SendFailure(err) // the asker's side is what is checked
		return nil, api.ErrReplyLater
	}
	return answer{ID: m.ID}, err
}

// errorQuiet keeps the errors that handlers make on purpose out of the log.
func errorQuiet() api.Handler { return api.OnError(func(error) {}) }

func errorsTravel(t *trial, p troublesPlan) {
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, t.desk().endpoint(api.OnAsk(makeTrouble), errorQuiet()))
	t.on(pair.client, "ask for trouble", func() {
		for _, m := range p.Troubles {
			bare, wrapped := m.cause()
			if m.Kind != troubleNone && bare == nil {
				continue // panics and encoding have laws of their own
			}
			_, err := api.Ask[answer](t.ctx, pair.ref, m)
			if bare == nil {
				t.must(err, "ask for no trouble")
				continue
			}
			t.isCause(err, m, bare, wrapped)
			var remote *api.RemoteError
			if p.Route != viaLocal && (!errors.As(err, &remote) || remote.Remote != pair.address.Address) {
				t.errorf("a remote failure does not say where it happened: %v", err)
			}
		}
	})
}

// isCause checks that err is what the handler failed with.
func (t *trial) isCause(err error, m trouble, bare, wrapped error) {
	if err == nil || !strings.Contains(err.Error(), wrapped.Error()) {
		t.fatalf("an ask whose handler failed with %q ended with: %v", wrapped, err)
	}
	for _, sentinel := range []error{errFirst, errSecond} {
		if got, want := errors.Is(err, sentinel), errors.Is(bare, sentinel); got != want {
			t.errorf("errors.Is finds %q: %v, where the handler failed with: %v", sentinel, got, wrapped)
		}
	}
	var typed *badInput
	if errors.As(err, &typed) != (m.Kind == troubleTyped) {
		t.errorf("errors.As is wrong about a *badInput, where the handler failed with: %v", wrapped)
	} else if typed != nil && !cmp.Equal(typed, bare) {
		t.errorf("the typed error arrived changed: %s", cmp.Diff(bare, error(typed)))
	}
	var value tooDeep
	if errors.As(err, &value) != (m.Kind == troubleValue) {
		t.errorf("errors.As is wrong about a tooDeep, where the handler failed with: %v", wrapped)
	} else if m.Kind == troubleValue && !cmp.Equal(error(value), bare) {
		t.errorf("the typed error arrived changed: %s", cmp.Diff(bare, error(value)))
	}
}

func panicsStay(t *trial, p troublesPlan) {
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, t.desk().endpoint(api.OnAsk(makeTrouble), errorQuiet()))
	t.on(pair.client, "ask for panics", func() {
		for _, m := range p.Troubles {
			m.Kind = troublePanic
			var got answer
			if err := pair.ref.Ask(t.ctx, m, &got); err == nil || isDeadline(err) || errors.Is(err, api.ErrConnectionClosed) {
				t.fatalf("an ask whose handler panics ended with: %v", err)
			}
			t.must(t.ask(t.ctx, pair.ref, question{ID: m.ID}), "ask after a panic")
		}
	})
}

func unknownEndpoint(t *trial, p troublesPlan) {
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, t.desk().endpoint())
	nobody := api.RpcEndpointAddress{Name: "nobody", Address: pair.address.Address}
	t.on(pair.client, "ask nobody", func() {
		for i := range p.Troubles {
			err := t.ask(t.ctx, pair.clientEnv.EndpointRef(nobody), question{ID: i})
			if !errors.Is(err, api.ErrEndpointNotFound) {
				t.fatalf("an ask to an unknown endpoint ended with: %v", err)
			}
			if _, err = pair.clientEnv.Lookup(t.ctx, nobody.String()); !errors.Is(err, api.ErrEndpointNotFound) {
				t.fatalf("a lookup of an unknown endpoint ended with: %v", err)
			}
			ref, err := pair.clientEnv.Lookup(t.ctx, pair.address.String())
			t.must(err, "look up a known endpoint")
			t.must(t.ask(t.ctx, ref, question{ID: i}), "ask a known endpoint")
		}
	})
}
