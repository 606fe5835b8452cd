// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// TestRequestsOfAllKinds: whatever kinds of requests come behind each other, cut wherever, each has its answer, whole, and
// those that say nothing about it have them in order, encrypted or not.
func TestRequestsOfAllKinds(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a := &app{streams: map[string]api.ManagedBuffer{}, meta: func(_ wire.MergedBlockMetaRequest, reply transport.MergedBlockMetaReply) {
			reply.Success(3, api.NewBytesBuffer([]byte("bits")))
		}}
		for i, size := range []int{0, 10, 5_000, 70_000, 300_000} {
			a.streams[fmt.Sprint("1_", i)] = api.NewBytesBuffer(pattern(size))
			name := path.Join(s.dir, fmt.Sprint("file", i))
			f, err := s.files.Create(name)
			if err != nil {
				s.Fatal(err)
			}
			if _, err := f.Write(pattern(size)); err != nil {
				s.Fatal(err)
			}
			f.Close() // the segment tells
			s.closers = append(s.closers, func(context.Context) error { return s.files.Remove(name) })
			a.streams[fmt.Sprint("2_", i)] = api.NewFileSegment(s.files, name, 0, int64(size))
		}
		server, sealed := s.server(transport.Config{}, a), s.server(transport.Config{}, a, gateKeeper{})
		for seed := range uint64(16) {
			v := &visitor{stage: s, app: a, draw: rand.New(rand.NewPCG(seed, 7)), p: s.visit(server.Addr())}
			if seed%2 == 1 {
				v.p = s.visit(sealed.Addr())
				v.p.knock()
			}
			v.run(60)
			if s.Failed() {
				s.Fatalf("seed %d", seed)
			}
		}
	})
}

// knock has a gate let p in, and encrypts from then on.
func (p *peer) knock() {
	p.send(wire.RpcRequest{Body: []byte("let me in")})
	if m, ok := p.next().(wire.RpcResponse); !ok {
		p.s.Fatal(m)
	}
	p.cipher = &rot{}
}

// visitor is a peer that asks for all there is.
type visitor struct {
	*stage
	app   *app
	draw  *rand.Rand
	p     *peer
	bytes []byte
	// What is expected: by id, and in order.
	rpcs    map[int64]string
	chunks  []string
	streams []string
	uploads map[string]string
}

// run makes so many requests.
func (v *visitor) run(n int) {
	v.rpcs, v.uploads = map[int64]string{}, map[string]string{}
	for i := range n {
		v.request(int64(i))
	}
	send := v.bytes
	v.tasks.Go("visitor", func() error {
		for len(send) > 0 {
			k := min(len(send), 1+v.draw.IntN([]int{3, 300, 70_000}[v.draw.IntN(3)]))
			v.p.write(send[:k])
			send = send[k:]
		}
		return nil
	})
	for left := len(v.rpcs) + len(v.chunks) + len(v.streams); left > 0; left-- {
		v.answer(v.p.next())
	}
	for name, want := range v.uploads {
		if v.app.upload(name) != want {
			v.Errorf("upload %s came with other bytes", name)
		}
	}
}

func (v *visitor) request(id int64) {
	add := func(m wire.Message) { v.bytes = wire.AppendFrame(v.bytes, m) }
	at := v.draw.IntN(6) // of a stream; the last is not there
	switch stream := int64(1 + v.draw.IntN(2)); v.draw.IntN(7) {
	case 0, 1:
		text := strings.Repeat("x", v.draw.IntN(3_000))
		add(wire.RpcRequest{RequestID: id, Body: []byte("echo/" + text)})
		v.rpcs[id] = text
	case 2:
		add(wire.OneWayMessage{Body: pattern(v.draw.IntN(100))})
	case 3:
		add(wire.ChunkFetchRequest{StreamID: stream, ChunkIndex: int32(at)})
		v.chunks = append(v.chunks, fmt.Sprintf("%d_%d", stream, at))
	case 4:
		name := fmt.Sprintf("%d_%d", stream, at)
		add(wire.StreamRequest{StreamID: name})
		v.streams = append(v.streams, name)
	case 5:
		name, data := fmt.Sprintf("%p-%d", v, id), pattern(v.draw.IntN(100_000))
		add(wire.UploadStream{RequestID: id, Meta: []byte(name), BodyByteCount: int64(len(data))})
		v.bytes = append(v.bytes, data...)
		v.rpcs[id], v.uploads[name] = "", string(data)
	case 6:
		add(wire.MergedBlockMetaRequest{RequestID: id, AppID: "app"})
		v.rpcs[id] = "3 bits"
	}
}

func (v *visitor) answer(m wire.Message) {
	rpc := func(id int64, got string) {
		if want, ok := v.rpcs[id]; !ok || got != want {
			v.Errorf("request %d: answered with %d bytes, want %d", id, len(got), len(want))
		}
		delete(v.rpcs, id)
	}
	next := func(of *[]string, named string, got []byte, failed bool) {
		if len(*of) == 0 || (*of)[0] != named {
			v.Fatalf("%s came, want the first of %v", named, *of)
		}
		*of = (*of)[1:]
		if b := v.app.streams[named]; failed != (b == nil) || b != nil && !bytes.Equal(got, pattern(int(b.Size()))) {
			v.Errorf("%s: %d bytes, failed %v", named, len(got), failed)
		}
	}
	switch m := m.(type) {
	case wire.RpcResponse:
		rpc(m.RequestID, string(m.Body))
	case wire.MergedBlockMetaSuccess:
		rpc(m.RequestID, fmt.Sprintf("%d %s", m.NumChunks, m.Body))
	case wire.ChunkFetchSuccess:
		next(&v.chunks, fmt.Sprintf("%d_%d", m.StreamID, m.ChunkIndex), m.Body, false)
	case wire.ChunkFetchFailure:
		next(&v.chunks, fmt.Sprintf("%d_%d", m.StreamID, m.ChunkIndex), nil, true)
	case wire.StreamFailure:
		next(&v.streams, m.StreamID, nil, true)
	case wire.StreamResponse:
		next(&v.streams, m.StreamID, v.p.raw(m.ByteCount), false)
	default:
		v.Errorf("%v", m)
	}
}
