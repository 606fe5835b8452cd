// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// TestAnswersOfAllKinds: whatever kinds of answers come behind each other, of whatever size and cut wherever, each reaches
// who waits for it, whole, and those that nobody waits for nobody.
func TestAnswersOfAllKinds(t *testing.T) {
	inWorlds(t, func(s *stage) {
		for seed := range uint64(8) {
			m := &mixture{stage: s, draw: rand.New(rand.NewPCG(seed, 6))}
			m.cfg = transport.Config{}
			if seed%2 == 1 {
				m.cfg.MaxPayload = 300_000
			}
			m.c, m.p = s.meet(m.cfg)
			if seed%4 >= 2 {
				m.encrypt()
			}
			m.run(30)
			if s.Failed() {
				s.Fatalf("seed %d", seed)
			}
		}
	})
}

// mixture is a connection, and what is expected of it.
type mixture struct {
	*stage
	cfg   transport.Config
	draw  *rand.Rand
	c     *transport.Client
	p     *peer
	bytes []byte // that the peer has not sent yet
	want  []func()
}

// encrypt has both sides encrypt from here on.
func (m *mixture) encrypt() {
	o := m.outcome()
	if _, err := m.c.SendRpc(m.ctx, nil, installs{rpcOutcome{o}, m.c}); err != nil {
		m.Fatal(err)
	}
	m.p.send(wire.RpcResponse{RequestID: m.p.next().(wire.RpcRequest).RequestID})
	if e := o.next(); e.err != nil {
		m.Fatal(e.err)
	}
	m.p.cipher = &rot{}
}

// run has so many answers come.
func (m *mixture) run(n int) {
	for i := range n {
		m.answer(i)
	}
	for len(m.bytes) > 0 {
		k := min(len(m.bytes), 1+m.draw.IntN([]int{3, 300, 70_000, 1 << 20}[m.draw.IntN(4)]))
		m.p.write(m.bytes[:k])
		m.bytes = m.bytes[k:]
	}
	for _, want := range m.want {
		want()
	}
	if k := m.c.Outstanding(); k != 0 || !m.c.IsActive() {
		m.Errorf("%d outstanding, active %v", k, m.c.IsActive())
	}
}

// body is one of some size, often the same.
func (m *mixture) body() []byte {
	size := 65_600
	if m.draw.IntN(3) == 0 {
		size = m.draw.IntN([]int{1, 20, 5_000, 65_600, 150_000, 400_000}[m.draw.IntN(6)] + 1)
	}
	from := m.draw.IntN(251)
	return pattern(size + from)[from:]
}

// answer asks for something, and has the answer come, or one that nobody asked for.
func (m *mixture) answer(i int) {
	body, o := m.body(), m.outcome()
	fits := func(w wire.Message) bool {
		m.bytes = wire.AppendFrame(m.bytes, w)
		return m.cfg.MaxPayload == 0 || len(wire.AppendFrame(nil, w))-8 <= m.cfg.MaxPayload
	}
	expect := func(what string, came bool) {
		m.want = append(m.want, func() {
			e := o.next()
			if came && (e.body != string(body) || e.err != nil) || !came && e.err == nil || !o.none() {
				m.Errorf("%d: %s of %d bytes: %d came, %v", i, what, len(body), len(e.body), e.err)
			}
		})
	}
	switch kind := m.draw.IntN(8); kind {
	case 0, 1:
		if _, err := m.c.SendRpc(m.ctx, nil, rpcOutcome{o}); err != nil {
			m.Fatal(err)
		}
		id := m.p.next().(wire.RpcRequest).RequestID
		if kind == 1 {
			fits(wire.RpcFailure{RequestID: id, Error: fmt.Sprintf("%x", body[:min(len(body), 100)])})
			expect("a failure", false)
			return
		}
		expect("an answer", fits(wire.RpcResponse{RequestID: id, Body: body}))
	case 2, 3, 4:
		m.c.FetchChunk(m.ctx, 1, int32(i), chunkOutcome{o})
		m.p.next()
		expect("a chunk", fits(wire.ChunkFetchSuccess{StreamID: 1, ChunkIndex: int32(i), Body: body}))
	case 5:
		m.c.Stream(m.ctx, "s", streamOutcome{o})
		m.p.next()
		fits(wire.StreamResponse{StreamID: "s", ByteCount: int64(len(body))})
		m.bytes = append(m.bytes, body...)
		expect("a stream", true)
	case 6:
		fits(wire.ChunkFetchSuccess{StreamID: 2, ChunkIndex: int32(i), Body: body})
	case 7:
		fits(wire.RpcResponse{RequestID: int64(i), Body: body})
	}
}
