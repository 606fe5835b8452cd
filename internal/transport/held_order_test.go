// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// inCallback calls f in the callback of chunk 0.
type inCallback struct {
	chunkOutcome
	f func()
}

func (c inCallback) OnSuccess(i int32, data api.ManagedBuffer) {
	if i == 0 {
		c.f()
	}
	c.chunkOutcome.OnSuccess(i, data)
}

// TestChunkAskedForBesideACallback: a request made by another task while a callback runs leaves although the callback does
// not return, and although nothing comes.
func TestChunkAskedForBesideACallback(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		inside, goOn := api.NewQueue[struct{}](s.rt, 0), api.NewQueue[struct{}](s.rt, 0)
		o := s.outcome()
		c.FetchChunks(s.ctx, 0, 0, 8, inCallback{chunkOutcome{o}, func() {
			_ = inside.Put(s.ctx, struct{}{})
			_, _ = goOn.Get(s.ctx)
		}})
		for i := range int32(8) {
			if m := p.next(); m != (wire.ChunkFetchRequest{ChunkIndex: i}) {
				s.Errorf("request %d is %v", i, m)
			}
		}
		p.send(wire.ChunkFetchSuccess{Body: []byte("chunk")})
		_, _ = inside.Get(s.ctx)
		c.FetchChunk(s.ctx, 0, 8, chunkOutcome{o})
		asked := api.NewQueue[wire.Message](s.rt, 0)
		s.start("peer", func() { _ = asked.Put(s.ctx, p.next()) })
		s.until("the request", func() bool { return asked.Len() == 1 })
		if m, _ := asked.Get(s.ctx); m != (wire.ChunkFetchRequest{ChunkIndex: 8}) {
			s.Errorf("the request is %v", m)
		}
		goOn.Close()
	})
}

// TestRequestsOfACallbackKeepTheirOrder: what is asked for behind chunks is not asked for before them, of whatever kind it
// is: a peer's streams know which chunk must come next.
func TestRequestsOfACallbackKeepTheirOrder(t *testing.T) {
	inWorlds(t, func(s *stage) {
		for name, other := range map[string]func(c *transport.Client, o *outcome){
			"StreamRequest": func(c *transport.Client, o *outcome) { c.Stream(s.ctx, "0_9", streamOutcome{o}) },
			"RpcRequest":    func(c *transport.Client, o *outcome) { _, _ = c.SendRpc(s.ctx, nil, rpcOutcome{o}) },
			"OneWayMessage": func(c *transport.Client, o *outcome) { _ = c.Send(s.ctx, nil) },
			"MergedBlockMetaRequest": func(c *transport.Client, o *outcome) {
				_, _ = c.SendMergedBlockMetaReq(s.ctx, "", 0, 0, 0, metaOutcome{o})
			},
			"UploadStream": func(c *transport.Client, o *outcome) {
				_, _ = c.UploadStream(s.ctx, nil, api.NewBytesBuffer(nil), rpcOutcome{o})
			},
		} {
			c, p := s.meet(transport.Config{})
			o := s.outcome()
			c.FetchChunks(s.ctx, 0, 0, 8, inCallback{chunkOutcome{o}, func() {
				c.FetchChunk(s.ctx, 0, 8, chunkOutcome{o})
				other(c, o)
			}})
			for range 8 {
				p.next()
			}
			p.send(wire.ChunkFetchSuccess{Body: []byte("chunk")})
			if got := fmt.Sprintf("%T %T", p.next(), p.next()); !strings.HasPrefix(got, "wire.ChunkFetchRequest") || !strings.HasSuffix(got, name) {
				s.Errorf("a chunk, then a %s, were asked for as %s", name, got)
			}
			c.Close()
		}
	})
}
