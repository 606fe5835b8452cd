// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// sample encodes itself, and keeps the memory in which it came.
type sample struct {
	Text  string
	Bytes []byte
}

func (m sample) AppendBinary(b []byte) ([]byte, error) {
	if m.Text == "cannot" {
		return nil, errors.New(m.Text)
	}
	return append(append(append(b, byte(len(m.Text))), m.Text...), m.Bytes...), nil
}

func (m *sample) ReadParts(p *api.Parts) error {
	m.Text = p.Text(p.Size())
	m.Bytes = p.Rest()
	return p.Err()
}

func (m *sample) UnmarshalBinary(b []byte) error { return m.ReadParts(api.NewParts(bytes.Clone(b))) }

// ownSample is encoded through a pointer, and changes what that points at.
type ownSample struct{ Text string }

func (m *ownSample) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, m.Text...)
	m.Text = "encoded"
	return b, nil
}

func (m *ownSample) UnmarshalBinary(b []byte) error { m.Text = string(b); return nil }

// samples is an endpoint that keeps what it is sent, in order.
func samples(kept *[]sample) api.RpcEndpoint {
	keep := func(m sample) error { *kept = append(*kept, m); return nil }
	return api.Handlers(
		api.OnSend(func(_ api.RpcCallContext, m sample) error { return keep(m) }),
		api.OnSend(func(_ api.RpcCallContext, m ownSample) error { return keep(sample{Text: m.Text}) }),
		api.OnSend(func(_ api.RpcCallContext, m hello) error { return keep(sample{Text: m.Name}) }),
		api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }))
}

// sendInOneOfManyWays sends what a sample with that text stands for.
func sendInOneOfManyWays(ref api.RpcEndpointRef, n int) error {
	m := sample{Text: fmt.Sprint(n), Bytes: bytes.Repeat([]byte{byte(n)}, n%200)}
	switch n % 17 {
	case 3:
		return api.Send(ref, &m)
	case 5:
		return api.Send(ref, any(m))
	case 6:
		return ref.Send(m)
	case 9, 10:
		return api.Send(ref, hello{Name: m.Text})
	case 12:
		return api.Send(ref, ownSample{Text: m.Text})
	case 13:
		return api.Send(ref, &ownSample{Text: m.Text})
	}
	return api.Send(ref, m)
}

// TestSendTyped: whatever type is sent, and in whatever way, everything arrives in order, and what is kept stays.
func TestSendTyped(t *testing.T) {
	inWorlds(t, func(p *place) {
		const all = 1000
		var far, other, near []sample
		server := p.server("server", api.RpcEnvConfig{})
		client := p.client("client", api.RpcEnvConfig{})
		refs := []api.RpcEndpointRef{
			p.from(client, p.endpoint(server, "far", samples(&far))),
			p.from(client, p.endpoint(server, "other", samples(&other))),
			p.endpoint(client, "near", samples(&near)),
		}
		p.busy(refs[0])
		for n := range all {
			for i, ref := range refs {
				if i == 1 && n%10 != 0 {
					continue
				}
				if err := sendInOneOfManyWays(ref, n); err != nil {
					p.Fatal(err)
				}
			}
		}
		for _, ref := range refs {
			if _, err := api.Ask[string](p.ctx, ref, ""); err != nil {
				p.Fatal(err)
			}
		}
		check := func(name string, got []sample, step int) {
			if len(got) != all/step {
				p.Fatalf("%s got %d", name, len(got))
			}
			for i, m := range got {
				n := i * step
				if m.Text != fmt.Sprint(n) || len(m.Bytes) > 0 && !bytes.Equal(m.Bytes, bytes.Repeat([]byte{byte(n)}, n%200)) {
					p.Errorf("%s: %d is %v", name, n, m)
				}
			}
		}
		check("far", far, 1)
		check("other", other, 10)
		check("near", near, 1)
	})
}

// TestSendTypedFails: what cannot be sent fails its sender alone, the first of its type and a later one.
func TestSendTypedFails(t *testing.T) {
	inWorlds(t, func(p *place) {
		var kept []sample
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "e", samples(&kept))
		remote := p.from(p.client("client", api.RpcEnvConfig{MaxMessageSize: 1000}), ref)
		for n := range 3 {
			if err := api.Send(remote, sample{Text: "cannot"}); !errors.Is(err, api.ErrSerialization) || !strings.Contains(err.Error(), "encode rpc_test.sample:") {
				p.Errorf("what cannot be encoded: %v", err)
			}
			var large *api.MessageTooLargeError
			if err := api.Send(remote, sample{Bytes: make([]byte, 1000)}); !errors.As(err, &large) || large.What != "message rpc_test.sample" {
				p.Errorf("what is too large: %v", err)
			}
			if err := api.Send(remote, make(chan int)); !errors.Is(err, api.ErrSerialization) {
				p.Errorf("a channel: %v", err)
			}
			if err := api.Send[any](remote, nil); err != nil {
				p.Errorf("nil: %v", err)
			}
			if err := api.Send(remote, sample{Text: fmt.Sprint(n), Bytes: make([]byte, 800)}); err != nil {
				p.Error(err)
			}
		}
		if err := api.Send(api.RpcEndpointRef{}, sample{}); !errors.Is(err, api.ErrUnboundRef) {
			p.Error(err)
		}
		if _, err := api.Ask[string](p.ctx, remote, ""); err != nil || len(kept) != 3 || kept[2].Text != "2" {
			p.Error(err, kept)
		}
	})
}

// TestSendTypedBeforeThereIsAConnection: what waits for the connection stays as it was sent.
func TestSendTypedBeforeThereIsAConnection(t *testing.T) {
	inWorlds(t, func(p *place) {
		var kept []sample
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "e", samples(&kept))
		remote := p.client("client", api.RpcEnvConfig{}).EndpointRef(ref.Address())
		for n := range 100 {
			if err := api.Send(remote, sample{Text: fmt.Sprint(n)}); err != nil {
				p.Fatal(err)
			}
		}
		if _, err := api.Ask[string](p.ctx, remote, ""); err != nil || len(kept) != 100 {
			p.Fatal(err, len(kept))
		}
		for n, m := range kept {
			if m.Text != fmt.Sprint(n) {
				p.Errorf("%d is %v", n, m)
			}
		}
	})
}

// TestDeliveredIsCountedOnce: also when the handler of some of a batch fails. Then nothing is pending, and the count stays when
// the endpoint stops.
func TestDeliveredIsCountedOnce(t *testing.T) {
	inWorlds(t, func(p *place) {
		server := p.server("server", api.RpcEnvConfig{})
		ref := p.endpoint(server, "e", api.Handlers(
			api.OnError(func(error) {}),
			api.OnSend(func(_ api.RpcCallContext, m sample) error {
				if len(m.Bytes)%3 == 0 {
					return api.ErrUnhandled
				}
				return nil
			}),
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil })))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
		p.busy(remote)
		before := server.Stats().Delivered
		for n := range 200 {
			if err := api.Send(remote, sample{Bytes: make([]byte, n)}); err != nil {
				p.Fatal(err)
			}
		}
		if _, err := api.Ask[string](p.ctx, remote, ""); err != nil {
			p.Fatal(err)
		}
		if got := server.Stats().Delivered - before; got != 201 {
			p.Errorf("%d messages were delivered", got)
		}
		p.until("all messages to be handled", func() bool { return server.Stats().PendingMessages == 0 })
		server.Stop(ref)
		p.until("the endpoint to stop", func() bool {
			s := server.Stats()
			if got := s.Delivered - before; got != 201 {
				p.Fatalf("%d messages were delivered", got)
			}
			return s.Endpoints == 1
		})
	})
}

// TestSendsAreCountedOnce: those that fail, those that wait for a connection, those that one took, and when it has ended.
func TestSendsAreCountedOnce(t *testing.T) {
	inWorlds(t, func(p *place) {
		var kept []sample
		server := p.server("server", api.RpcEnvConfig{})
		client := p.client("client", api.RpcEnvConfig{})
		remote := client.EndpointRef(p.endpoint(server, "e", samples(&kept)).Address())
		want := uint64(0)
		send := func(fails bool, m sample) {
			p.Helper()
			if err := api.Send(remote, m); (err != nil) != fails {
				p.Error(err)
			}
			want++
		}
		for range 2 {
			for n := range 50 {
				send(true, sample{Text: "cannot"})
				send(false, sample{Bytes: make([]byte, n*n*20)})
			}
			p.busy(remote)
			if got := client.Stats().Sends; got != want {
				p.Errorf("%d were counted of %d", got, want)
			}
		}
		if err := server.Shutdown(p.ctx); err != nil {
			p.Fatal(err)
		}
		p.until("the end of the connection", func() bool { return client.Stats().OpenConnections == 0 })
		if got := client.Stats().Sends; got != want {
			p.Errorf("%d are counted of %d when the connection has ended", got, want)
		}
	})
}
