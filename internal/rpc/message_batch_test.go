// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// plainMessage has nothing of its own memory in a copy. It reads only what is there.
type plainMessage struct {
	Text  string
	Bytes []byte
}

func (m plainMessage) AppendBinary(b []byte) ([]byte, error) { return append(b, m.Text...), nil }

func (m *plainMessage) UnmarshalBinary(b []byte) error {
	if len(b) > 0 {
		m.Text, m.Bytes = string(b), bytes.Clone(b)
	}
	return nil
}

// inwardMessage reads itself into an array of its own, of which a copy has a slice.
type inwardMessage struct {
	Bytes []byte
	room  [8]byte
}

func (m inwardMessage) AppendBinary(b []byte) ([]byte, error) { return append(b, m.Bytes...), nil }

func (m *inwardMessage) UnmarshalBinary(b []byte) error {
	m.Bytes = m.room[:copy(m.room[:], b)]
	return nil
}

// TestKeptMessagesStay: messages that a handler keeps stay as they came, whatever is read behind them, and where a later
// one has less than an earlier one it has nothing of that.
func TestKeptMessagesStay(t *testing.T) {
	inWorlds(t, func(p *place) {
		const all = 1000
		var plain []plainMessage
		var inward []inwardMessage
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "e", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }),
			api.OnSend(func(_ api.RpcCallContext, m plainMessage) error { plain = append(plain, m); return nil }),
			api.OnSend(func(_ api.RpcCallContext, m inwardMessage) error { inward = append(inward, m); return nil })))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
		p.busy(remote)
		made := func(n int) plainMessage {
			if n%3 == 0 {
				return plainMessage{}
			}
			return plainMessage{Text: fmt.Sprint(n), Bytes: fmt.Append(nil, n)}
		}
		for n := range all {
			if err := remote.Send(made(n)); err != nil {
				p.Fatal(err)
			}
		}
		for n := range all {
			if err := remote.Send(inwardMessage{Bytes: fmt.Append(nil, n)}); err != nil {
				p.Fatal(err)
			}
		}
		if _, err := api.Ask[string](p.ctx, remote, ""); err != nil || len(plain) != all || len(inward) != all {
			p.Fatal(err, len(plain), len(inward))
		}
		for n := range all {
			if want := fmt.Sprint(made(n)); fmt.Sprint(plain[n]) != want {
				p.Errorf("%v is now %v", want, plain[n])
			}
			if got := string(inward[n].Bytes); got != fmt.Sprint(n) {
				p.Errorf("%d is now %s", n, got)
			}
		}
	})
}

// TestBatchesAreNotMixed: what the messages of one connection are read into is not for those of another type that come over
// another one.
func TestBatchesAreNotMixed(t *testing.T) {
	inWorlds(t, func(p *place) {
		var plain, inward atomic.Int64
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "e", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }),
			api.OnSend(func(_ api.RpcCallContext, m plainMessage) error { plain.Add(int64(len(m.Text))); return nil }),
			api.OnSend(func(_ api.RpcCallContext, m inwardMessage) error { inward.Add(int64(len(m.Bytes))); return nil })))
		one, two := p.from(p.client("one", api.RpcEnvConfig{}), ref), p.from(p.client("two", api.RpcEnvConfig{}), ref)
		p.busy(one)
		p.busy(two)
		send := func(to api.RpcEndpointRef, msg any, got *atomic.Int64) {
			before := got.Load()
			for range 100 {
				if err := to.Send(msg); err != nil {
					p.Fatal(err)
				}
			}
			p.until("all to be handled", func() bool { return got.Load() == before+500 })
		}
		for range 10 {
			send(one, plainMessage{Text: "plain"}, &plain)
			send(two, inwardMessage{Bytes: []byte("inner")}, &inward)
		}
	})
}
