// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"runtime"
	"slices"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// numbered is a message that cannot always be read.
type numbered struct{ N int }

func (m numbered) AppendBinary(b []byte) ([]byte, error) {
	return append(b, byte(m.N>>8), byte(m.N)), nil
}

func (m *numbered) UnmarshalBinary(b []byte) error {
	if m.N = int(b[0])<<8 | int(b[1]); !m.readable() {
		return errors.New("cannot be read")
	}
	return nil
}

func (m numbered) readable() bool { return m.N%50 != 25 && (m.N < 500 || m.N >= 800) }

// TestOneOfManyAlike: of messages that came together each is handled in its turn, fails, or ends its task, by itself; one
// that cannot be read is refused alone. Each is counted once.
func TestOneOfManyAlike(t *testing.T) {
	inWorlds(t, func(p *place) {
		const all = 1000
		var got []int
		server := p.server("server", api.RpcEnvConfig{})
		ref := p.endpoint(server, "e", api.Handlers(
			api.OnError(func(error) {
				if p.sim == nil { // as below
					runtime.Goexit()
				}
			}),
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }),
			api.OnAsk(func(_ api.RpcCallContext, m numbered) (numbered, error) { got = append(got, m.N); return m, nil }),
			api.OnSend(func(_ api.RpcCallContext, m numbered) error {
				switch got = append(got, m.N); m.N % 50 {
				case 10:
					return api.ErrUnhandled
				case 20:
					panic(m.N)
				case 30:
					if p.sim == nil { // where it would end the test
						runtime.Goexit()
					}
				}
				return nil
			})))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
		p.busy(remote)
		before := server.Stats()
		var want []int
		for n := range all {
			if n%50 == 40 && (numbered{n}).readable() { // an ask of the same type among them
				if _, err := api.Ask[numbered](p.ctx, remote, numbered{n}); err != nil {
					p.Fatal(err)
				}
			} else if err := api.Send(remote, numbered{n}); err != nil {
				p.Fatal(err)
			}
			if (numbered{n}).readable() {
				want = append(want, n)
			}
		}
		if _, err := api.Ask[string](p.ctx, remote, ""); err != nil {
			p.Fatal(err)
		}
		if !slices.Equal(got, want) {
			p.Errorf("%d messages were handled, or others: %v", len(got), got)
		}
		after := server.Stats()
		if n := after.Delivered - before.Delivered; n != uint64(len(want)+1) {
			p.Errorf("%d of %d are counted as delivered", n, len(want)+1)
		}
		if n := after.Unreadable - before.Unreadable; n != all-uint64(len(want)) {
			p.Errorf("%d are counted as unreadable", n)
		}
		p.until("all messages to be handled", func() bool { return server.Stats().PendingMessages == 0 })
	})
}

// TestManyAlikeArePending: each of those that wait for a handler counts; up to 7 more do, which were handled.
func TestManyAlikeArePending(t *testing.T) {
	inWorlds(t, func(p *place) {
		const all = 300
		stop := api.NewQueue[int](p.rt, 0)
		server := p.server("server", api.RpcEnvConfig{})
		handled := 0
		ref := p.endpoint(server, "e", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }),
			api.OnSend(func(call api.RpcCallContext, m numbered) error {
				if handled++; m.N == 0 {
					_, err := stop.Get(call.Context())
					return err
				}
				return nil
			})))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
		p.busy(remote)
		for range all {
			if err := api.Send(remote, numbered{1}); err != nil {
				p.Fatal(err)
			}
		}
		if err := api.Send(remote, numbered{0}); err != nil {
			p.Fatal(err)
		}
		for range all {
			if err := api.Send(remote, numbered{1}); err != nil {
				p.Fatal(err)
			}
		}
		p.until("all to wait", func() bool { n := server.Stats().PendingMessages; return n >= all && n <= all+7 })
		if err := stop.Put(p.ctx, 1); err != nil {
			p.Fatal(err)
		}
		p.until("none to wait", func() bool { return server.Stats().PendingMessages == 0 })
		if _, err := api.Ask[string](p.ctx, remote, ""); err != nil || handled != 2*all+1 {
			p.Errorf("%d handled: %v", handled, err)
		}
	})
}
