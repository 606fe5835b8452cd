// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// marked encodes through a pointer only: then it changes.
type marked struct {
	Text  string
	Times int
}

// listed is a reply that a copy shares nothing with.
type listed struct {
	Text  string
	Items []string
}

func (m *marked) MarshalText() ([]byte, error) {
	m.Times++
	return fmt.Append(nil, m.Text, " ", m.Times), nil
}

func (m *marked) UnmarshalText(b []byte) error { m.Text = string(b); return nil }

// repeats answers each kind of message with what it came as.
func repeats() api.RpcEndpoint {
	return api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m sample) (sample, error) { return m, nil }),
		api.OnAsk(func(_ api.RpcCallContext, m hello) (listed, error) {
			if m.Name == "7" {
				return listed{}, api.ErrUnhandled
			}
			return listed{m.Name, []string{m.Name, m.Name}}, nil
		}),
		api.OnAsk(func(_ api.RpcCallContext, m marked) (map[string]int, error) {
			return map[string]int{m.Text: len(m.Text)}, nil
		}),
		api.OnAsk(func(_ api.RpcCallContext, m inwardMessage) (inwardMessage, error) { return m, nil }),
		api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }))
}

// askInOneOfManyWays asks with a text, and returns a value that is to be the second as text.
func askInOneOfManyWays(p *place, ref api.RpcEndpointRef, n int) (got any, want string) {
	text := fmt.Sprint(n)
	var err error
	switch n % 10 {
	case 0:
		got, err = api.Ask[string](p.ctx, ref, text)
		want = text
	case 1, 2:
		got, err = api.Ask[sample](p.ctx, ref, sample{Text: text, Bytes: []byte{byte(n)}})
		want = fmt.Sprint(sample{Text: text, Bytes: []byte{byte(n)}})
	case 3:
		m := marked{Text: text}
		got, err = api.Ask[map[string]int](p.ctx, ref, m)
		want = fmt.Sprint(map[string]int{text + " 1": len(text) + 2})
	case 4:
		got, err = api.Ask[any](p.ctx, ref, any(text))
		want = text
	case 5:
		got, err = api.Ask[*string](p.ctx, ref, &text)
		if err == nil {
			got = *got.(*string)
		}
		want = text
	case 6:
		got, err = api.Ask[inwardMessage](p.ctx, ref, inwardMessage{Bytes: []byte(text)})
		if err == nil {
			got = got.(inwardMessage).Bytes
		}
		want = fmt.Sprint([]byte(text))
	default:
		got, err = api.Ask[listed](p.ctx, ref, hello{Name: text})
		want = fmt.Sprint(listed{text, []string{text, text}})
	}
	if err != nil && n != 7 {
		p.Errorf("%d: %v", n, err)
	}
	return got, want
}

// TestAskTyped: whatever types are asked for and with, in whatever order and by how many at once, each gets its own reply,
// which stays.
func TestAskTyped(t *testing.T) {
	inWorlds(t, func(p *place) {
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "e", repeats())
		client := p.client("client", api.RpcEnvConfig{})
		remote := p.from(client, ref)
		tasks := api.NewGroup(p.rt)
		for i := range 4 {
			tasks.Go(fmt.Sprint("asker ", i), func() error {
				var all []any
				var wants []string
				for n := range 150 {
					got, want := askInOneOfManyWays(p, remote, n*(i+1))
					if n*(i+1) == 7 {
						want = fmt.Sprint(listed{})
					}
					all, wants = append(all, got), append(wants, want)
				}
				for n, got := range all {
					if fmt.Sprint(got) != wants[n] {
						p.Errorf("asker %d: %v, want %s", i, got, wants[n])
					}
				}
				return nil
			})
		}
		if err := tasks.Wait(p.ctx); err != nil {
			p.Fatal(err)
		}
	})
}

// TestOwnSerializersSeeValues: a serializer that somebody has brought gets what was sent, not a pointer to it.
func TestOwnSerializersSeeValues(t *testing.T) {
	inWorlds(t, func(p *place) {
		s := &seeing{Serializer: api.JSONSerializer()}
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{Serializer: api.JSONSerializer()}), "e", repeats())
		remote := p.from(p.client("client", api.RpcEnvConfig{Serializer: s}), ref)
		if _, err := api.Ask[listed](p.ctx, remote, hello{Name: "x"}); err != nil || !slices.Contains(s.seen, "rpc_test.hello") {
			p.Error(err, s.seen)
		}
	})
}

// seeing notes the types that it encodes.
type seeing struct {
	api.Serializer
	seen []string
}

func (s *seeing) Append(dst []byte, v any) ([]byte, error) {
	s.seen = append(s.seen, fmt.Sprintf("%T", v))
	return s.Serializer.Append(dst, v)
}
