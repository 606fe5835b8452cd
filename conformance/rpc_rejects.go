// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"strings"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func undecodable(t *trial, p troublesPlan) {
	n := t.tamper(t.world.Host("client"), tampering{})
	pair := t.rpcPair(p.Route%viaLocal, api.RpcEnvConfig{Network: n}, t.desk().endpoint(
		api.OnAsk(makeTrouble), errorQuiet(),
		api.OnAsk(func(_ api.RpcCallContext, m brittle) (answer, error) { return answer{ID: int(m.ID)}, nil }),
	))
	t.on(pair.client, "ask what cannot be decoded", func() {
		for i, m := range p.Troubles {
			_, err := api.Ask[answer](t.ctx, pair.ref, brittle{ID: byte(i), Broken: true})
			if !errors.Is(err, api.ErrSerialization) {
				t.fatalf("an ask that cannot be decoded ended with: %v", err)
			}
			m.Kind = troubleUnencoded
			if err = pair.ref.Ask(t.ctx, m, nil); !errors.Is(err, api.ErrSerialization) {
				t.fatalf("an ask whose reply cannot be encoded ended with: %v", err)
			}
			if err = pair.ref.Ask(t.ctx, unencodable{}, nil); !errors.Is(err, api.ErrSerialization) {
				t.fatalf("an ask that cannot be encoded ended with: %v", err)
			}
			got, err := api.Ask[answer](t.ctx, pair.ref, brittle{ID: byte(i)})
			t.must(err, "ask after an ask that cannot be decoded")
			if got.ID != i {
				t.errorf("question %d got the answer to question %d", i, got.ID)
			}
		}
	})
	if got := n.attempts(); got != 1 {
		t.errorf("messages that cannot be decoded took %d connections", got)
	}
}

type sizePlan struct {
	conditions
	Route route
	Limit int
	Sizes []int
}

func drawSize(t *rapid.T) sizePlan {
	return sizePlan{
		conditions: drawFair(t), Route: drawRemote(t),
		Limit: rapid.IntRange(1_000, 20_000).Draw(t, "limit"),
		Sizes: rapid.SliceOfN(rapid.IntRange(0, 40_000), 1, 6).Draw(t, "sizes"),
	}
}

// bulky asks for a reply with so many bytes.
type bulky struct{ Bytes int }

// envelope is more than what stands around the padding of a question in a message, and frame than what may stand around a
// message.
const (
	envelope = 600
	frame    = 8_000
)

func tooLarge(t *trial, p sizePlan) {
	d := t.desk()
	n := t.tamper(t.world.Host("client"), tampering{})
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{Network: n, MaxMessageSize: p.Limit}, d.endpoint(
		api.OnAsk(func(_ api.RpcCallContext, m bulky) ([]byte, error) { return make([]byte, m.Bytes), nil }),
	))
	t.on(pair.client, "ask in all sizes", func() {
		for i, size := range p.Sizes {
			err := t.ask(t.ctx, pair.ref, question{ID: i, Pad: make([]byte, size)})
			var refused *api.MessageTooLargeError
			switch {
			case err == nil && size > p.Limit:
				t.errorf("a message with %d bytes was sent, the limit is %d", size, p.Limit)
			case err == nil:
			case !errors.As(err, &refused) || !errors.Is(err, api.ErrMessageTooLarge):
				t.fatalf("a message with %d bytes, limit %d, ended with: %v", size, p.Limit, err)
			case size < p.Limit-envelope:
				t.errorf("a message with %d bytes was refused, the limit is %d: %v", size, p.Limit, err)
			case refused.Limit != int64(p.Limit) || refused.Size <= refused.Limit || refused.Size < int64(size) ||
				!strings.HasSuffix(refused.Setting, "MaxMessageSize"):
				t.errorf("the refusal of %d bytes, limit %d, does not name size, limit and setting: %v", size, p.Limit, err)
			}
			if err != nil && d.times(i) != 0 {
				t.errorf("a message that was refused was handled")
			}
			if err := pair.ref.Send(note{N: i, Pad: make([]byte, p.Limit)}); !errors.Is(err, api.ErrMessageTooLarge) {
				t.errorf("a one-way message above the limit: %v", err)
			}
			if err := pair.ref.Ask(t.ctx, bulky{Bytes: 2*p.Limit + frame}, nil); !errors.Is(err, api.ErrMessageTooLarge) {
				t.errorf("a reply above the asker's limit, but not the other side's: %v", err)
			}
		}
	})
	if got := n.attempts(); got > 1 {
		t.errorf("refused messages took %d connections", got)
	}
}

type garbagePlan struct {
	conditions
	Heads []string // what a connection begins with
	Tails []int    // random bytes after that
}

func drawGarbage(t *rapid.T) garbagePlan {
	head := rapid.SampledFrom([]string{
		"",
		"GET / HTTP/1.1\r\n\r\n",
		"\x00\x00\x00\x00\x00\x00\x00\x00",         // a frame of no bytes
		"\xff\xff\xff\xff\xff\xff\xff\xff",         // a negative length
		"\x7f\xff\xff\xff\xff\xff\xff\xff",         // a length no one has
		"\x00\x00\x00\x00\x00\x00\x00\x09\x7f",     // a type there is not
		"\x00\x00\x00\x00\x00\x00\x00\x0b\x03\x00", // an RPC cut short
		"\x00\x00\x00\x00\x00\x00\x00\x15\x03\x00\x00\x00\x00\x00\x00\x00\x01\x7f\xff\xff\xff", // a body longer than its frame
	})
	return garbagePlan{
		conditions: drawFair(t),
		Heads:      rapid.SliceOfN(head, 1, 4).Draw(t, "heads"),
		Tails:      rapid.SliceOfN(rapid.IntRange(0, 200), 1, 4).Draw(t, "tails"),
	}
}

// pour writes garbage over connections of its own to address, by a task of h, and closes them.
func (t *trial) pour(h Host, address api.RpcAddress, p garbagePlan) {
	for i, head := range p.Heads {
		c, err := h.Network().Dial(t.ctx, address.HostPort())
		t.must(err, "dial")
		tail := make([]byte, at(p.Tails, i))
		for j := range tail {
			tail[j] = byte(h.Runtime().Rand().Uint32())
		}
		_, _ = c.Write(append([]byte(head), tail...)) // the other side may close at once
		t.sleep(h, lateness)
		_ = c.Close() // it may be closed already
	}
}

func rpcGarbage(t *trial, p garbagePlan) {
	d := t.desk()
	pair := t.rpcPair(viaClient, api.RpcEnvConfig{}, d.endpoint())
	done := false
	t.goOn(t.world.Host("vandal"), "pour garbage", func() {
		t.pour(t.world.Host("vandal"), pair.address.Address, p)
		t.record(func() { done = true })
	})
	t.goOn(pair.client, "asker", func() {
		for id := 0; ; id++ {
			ended := false
			t.record(func() { ended = done })
			t.must(t.ask(t.ctx, pair.ref, question{ID: id}), "ask while another connection has garbage")
			if ended {
				return
			}
			t.sleep(pair.client, lateness/4)
		}
	})
	t.join()
	if got := pair.clientEnv.Stats().OpenConnections; got != 1 {
		t.errorf("the asker has %d connections after garbage on another", got)
	}
}
