// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// fiveElements is an application with a stream of five elements, of which the third is null.
func fiveElements(size int) (a *app, released *atomic.Int64) {
	a, released = &app{streams: map[string]api.ManagedBuffer{}}, new(atomic.Int64)
	for i := range 5 {
		if i != 2 {
			a.streams[fmt.Sprint("7_", i)] = noted{api.NewBytesBuffer(pattern(size + i)), released}
		}
	}
	return a, released
}

// noted notes its releases.
type noted struct {
	api.ManagedBuffer
	released *atomic.Int64
}

func (b noted) Release() { b.released.Add(1) }

func TestTRQ01HandleStreamRequest(t *testing.T) {
	limitedTransfers(t, "Stream '7_2' was not found.", func(s *stage, c *transport.Client, i int, o *outcome) {
		c.Stream(s.ctx, fmt.Sprint("7_", i), streamOutcome{o})
	})
}

// limitedTransfers is Spark's test of a server that may be sending two of five elements: ask asks for one of them, absent
// is how the answer to a request for the third begins.
func limitedTransfers(t *testing.T, absent string, ask func(s *stage, c *transport.Client, element int, o *outcome)) {
	const writes = 2 // of a transfer: header and body
	inWorlds(t, func(s *stage) {
		gate := &gatedNetwork{Network: s.there, rt: s.rt, ctx: s.ctx, permits: api.NewQueue[struct{}](s.rt, 0)}
		s.closers = append(s.closers, func(context.Context) error { gate.permits.Close(); return nil })
		s.there = gate
		a, released := fiveElements(100)
		server := s.server(transport.Config{MaxTransfers: 2}, a)
		c := s.client(transport.Config{}, server.Addr())
		o := make([]*outcome, 5)
		asks := func(i int) { o[i] = s.outcome(); ask(s, c, i, o[i]) }
		opened := func(n int) func() bool {
			return func() bool { return a.count(func(a *app) int { return len(a.opened) }) == n }
		}
		asks(0)
		asks(1)
		s.until("two transfers", opened(2))
		gate.pass(writes)
		if e := o[0].next(); e.body != string(pattern(100)) {
			s.Error("element 0:", e)
		}
		// A request that is made while the callback of a chunk runs may be held until the next chunk comes.
		s.until("the end of the first transfer", func() bool { return released.Load() == 1 && !transport.InCallback(c) })
		asks(2)
		asks(3)
		s.until("the fourth request", opened(4))
		asks(4) // with elements 1 and 3 on their way
		if e := o[4].next(); !isClosed(e.err) || isRemoteFailure(e.err) {
			s.Error("element 4:", e)
		}
		s.until("the connection's end", func() bool { return a.count(func(a *app) int { return len(a.ended) }) == 1 })
		if !slices.Equal(a.opened, []string{"7_0", "7_1", "7_2", "7_3"}) || c.IsActive() {
			s.Error("opened", a.opened)
		}
		// The transfers that were cut off count no more, and what is answered is answered in these words.
		c = s.client(transport.Config{}, server.Addr())
		asks(2)
		asks(3)
		gate.pass(2 * writes)
		if e := o[2].next(); !isRemote(e.err, absent) {
			s.Error("element 2:", e)
		}
		if e := o[3].next(); e.body != string(pattern(103)) {
			s.Error("element 3:", e)
		}
	})
}

func isRemoteFailure(err error) bool {
	_, ok := errors.AsType[*transport.RemoteFailure](err)
	return ok
}

func TestTRQ02HandleMergedBlockMetaRequest(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a := &app{meta: func(m wire.MergedBlockMetaRequest, reply transport.MergedBlockMetaReply) {
			switch m.ReduceID {
			case 0:
				reply.Success(2, api.NewBytesBuffer([]byte("bitmaps")))
			case 1:
				reply.Failure(errors.New("failed"))
			default:
				panic("thrown")
			}
		}}
		c := s.client(transport.Config{}, s.server(transport.Config{}, a).Addr())
		ask := func(c *transport.Client, reduce int32) end {
			o := s.outcome()
			if _, err := c.SendMergedBlockMetaReq(s.ctx, "app", 0, 0, reduce, metaOutcome{o}); err != nil {
				s.Error(err)
			}
			return o.next()
		}
		if e := ask(c, 0); e.chunks != 2 || e.body != "bitmaps" || e.err != nil {
			s.Error("success:", e)
		}
		if e := ask(c, 1); !isRemote(e.err, "go.errors.errorString: failed") {
			s.Error("failure:", e)
		}
		if e := ask(c, 2); !isRemoteFailure(e.err) {
			s.Error("panic:", e)
		}
		// Spark's server without a handler never answers; ours refuses.
		c = s.client(transport.Config{}, s.server(transport.Config{}, struct{ transport.RpcHandler }{a}).Addr())
		if e := ask(c, 0); !isRemote(e.err, "java.lang.UnsupportedOperationException: no merged blocks here") {
			s.Error("no handler:", e)
		}
	})
}
