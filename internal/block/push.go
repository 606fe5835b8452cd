// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// PushBlocks implements api.BlockTransferService.
func (s *Service) PushBlocks(ctx context.Context, to api.RpcAddress, blocks []api.PushedBlock, listener api.BlockPushingListener) {
	if len(blocks) == 0 {
		return
	}
	ids, data := make([]string, len(blocks)), make([]api.ManagedBuffer, len(blocks))
	for i, b := range blocks {
		ids[i], data[i] = b.ID, watch(s.cfg.Audit, "to push ", b.ID, b.Data)
	}
	t := newTransferor(ctx, s.rt, ids, retryPolicy{most: s.cfg.MaxRetries, wait: s.cfg.RetryWait, worth: worthPushing})
	address := to.HostPort()
	t.hear = pushHearer{transferHearer{s, t, address}, data, listener}
	t.begin = func(ids []string, positions []int, to sink) {
		p := &pusher{service: s, ctx: t.ctx, ids: ids, sink: to}
		for _, at := range positions {
			p.data = append(p.data, data[at])
		}
		p.start(address)
	}
	s.launch(t, "push "+address)
}

// pushHearer tells a push's listener, and holds the blocks until no attempt can want them.
type pushHearer struct {
	transferHearer
	data     []api.ManagedBuffer
	listener api.BlockPushingListener
}

func (h pushHearer) blockEnded(o outcome) {
	if o.err != nil {
		h.listener.OnBlockPushFailure(o.id, h.failed("push", o))
		return
	}
	h.listener.OnBlockPushSuccess(o.id)
}

func (h pushHearer) transferEnded() {
	release(h.data)
	h.transferHearer.transferEnded()
}

// pusher is one attempt at pushing some blocks to one service, as Spark's OneForOneBlockPusher: an upload for each, all at
// once and in order. A failure after which the others are not worth trying is theirs too.
type pusher struct {
	service *Service
	ctx     context.Context
	ids     []string
	data    []api.ManagedBuffer // borrowed while start runs
	sink    sink
}

func (p *pusher) start(address string) {
	client, err := p.service.connect(p.ctx, address)
	if err != nil {
		p.failFrom(0, err)
		return
	}
	for i := range p.ids {
		if !p.sink.wants(i) {
			continue
		}
		if err := p.push(client, i); err != nil {
			p.failed(i, err)
		}
	}
}

// push uploads block i. An error says that nothing was sent.
func (p *pusher) push(client *transport.Client, i int) error {
	id, err := parsePushID(p.ids[i])
	if err != nil {
		return err
	}
	header := blockwire.PushBlockStream{
		AppID: p.service.cfg.AppID, AppAttemptID: p.service.attempt(), ShuffleID: id.shuffle, ShuffleMergeID: id.merge,
		MapIndex: id.mapIndex, ReduceID: id.reduce, Index: int32(i),
	}
	p.data[i].Retain()
	_, err = client.UploadStream(p.ctx, header.Append(nil), p.data[i], pushCallback{p, i})
	return err
}

// failed fails block i, and those behind it if they are not worth trying.
func (p *pusher) failed(i int, cause error) {
	if pushGoesOn(cause) {
		p.sink.failure(i, cause)
		return
	}
	p.failFrom(i, cause)
}

func (p *pusher) failFrom(first int, cause error) {
	for i := first; i < len(p.ids); i++ {
		p.sink.failure(i, cause)
	}
}

// pushCallback hears of one upload.
type pushCallback struct {
	*pusher
	index int
}

var _ transport.RpcCallback = pushCallback{}

// OnSuccess implements transport.RpcCallback: the answer is a code.
func (c pushCallback) OnSuccess(body []byte) {
	answer, err := blockwire.ParseBlockPushReturnCode(body)
	switch {
	case err != nil:
		c.failed(c.index, err)
	case answer.ReturnCode != blockwire.Success:
		c.failed(c.index, &api.BlockPushError{BlockID: c.ids[c.index], Outcome: api.PushOutcome(answer.ReturnCode)})
	default:
		c.sink.success(c.index, nil)
	}
}

// OnFailure implements transport.RpcCallback.
func (c pushCallback) OnFailure(cause error) { c.failed(c.index, cause) }
