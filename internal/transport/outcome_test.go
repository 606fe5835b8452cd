// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// outcome hears of the ends of requests of any kind: what came, or why nothing did.
type outcome struct {
	s    *stage
	ends *api.Queue[end]
	data []byte               // of a stream, so far
	take func(p []byte) error // what a stream's taker says; nil: it takes all
}

type end struct {
	index  int32 // of a chunk
	chunks int32 // of merged block meta
	body   string
	err    error
}

func (s *stage) outcome() *outcome { return &outcome{s: s, ends: api.NewQueue[end](s.rt, 0)} }

func (o *outcome) put(e end) { _ = o.ends.Put(o.s.ctx, e) }

// next is the next end.
func (o *outcome) next() end {
	o.s.Helper()
	e, err := o.ends.Get(o.s.ctx)
	if err != nil {
		o.s.Fatal("no outcome:", err)
	}
	return e
}

// none says that there is no further end.
func (o *outcome) none() bool { return o.ends.Len() == 0 }

type (
	rpcOutcome    struct{ *outcome }
	chunkOutcome  struct{ *outcome }
	streamOutcome struct{ *outcome }
	metaOutcome   struct{ *outcome }
)

func (o rpcOutcome) OnSuccess(body []byte) { o.put(end{body: string(body)}) }
func (o rpcOutcome) OnFailure(err error)   { o.put(end{err: err}) }

func (o chunkOutcome) OnSuccess(i int32, data api.ManagedBuffer) {
	b, err := data.Bytes()
	o.put(end{index: i, body: string(b), err: err})
}
func (o chunkOutcome) OnFailure(i int32, err error) { o.put(end{index: i, err: err}) }

func (o streamOutcome) OnData(p []byte) error {
	o.data = append(o.data, p...)
	if o.take != nil {
		return o.take(p)
	}
	return nil
}
func (o streamOutcome) OnComplete()         { o.put(end{body: string(o.data)}) }
func (o streamOutcome) OnFailure(err error) { o.put(end{body: string(o.data), err: err}) }

func (o metaOutcome) OnSuccess(n int32, b []byte) { o.put(end{chunks: n, body: string(b)}) }
func (o metaOutcome) OnFailure(err error)         { o.put(end{err: err}) }

// ask sends a request and waits for its end.
func (s *stage) ask(c *transport.Client, body string) (string, error) {
	o := s.outcome()
	if _, err := c.SendRpc(s.ctx, []byte(body), rpcOutcome{o}); err != nil {
		return "", err
	}
	e := o.next()
	return e.body, e.err
}

func (s *stage) upload(c *transport.Client, meta string, data api.ManagedBuffer) (string, error) {
	o := s.outcome()
	if _, err := c.UploadStream(s.ctx, []byte(meta), data, rpcOutcome{o}); err != nil {
		return "", err
	}
	e := o.next()
	return e.body, e.err
}

func (s *stage) stream(c *transport.Client, id string) (string, error) {
	o := s.outcome()
	c.Stream(s.ctx, id, streamOutcome{o})
	e := o.next()
	return e.body, e.err
}

// together runs n tasks and waits for all.
func (s *stage) together(n int, f func(i int)) {
	g := api.NewGroup(s.rt)
	for i := range n {
		g.Go("one of many", func() error { f(i); return nil })
	}
	if err := g.Wait(context.WithoutCancel(s.ctx)); err != nil {
		s.Error(err)
	}
}
