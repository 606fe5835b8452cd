// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// MergedBlockMetaHandler is an optional ability of an RpcHandler, as Spark's MergedBlockMetaReqHandler. Without it such a
// request fails at once; Spark's own servers without it never answer.
type MergedBlockMetaHandler interface {
	// ReceiveMergedBlockMeta handles a request; reply is used exactly once, now or later, from any task.
	ReceiveMergedBlockMeta(c *Client, m wire.MergedBlockMetaRequest, reply MergedBlockMetaReply)
}

// MergedBlockMetaReply answers one request for merged block meta. Use it once.
type MergedBlockMetaReply struct {
	c  *Client
	id int64
}

// Success answers with the bitmaps of numChunks chunks, back to back, whose reference it takes over.
func (r MergedBlockMetaReply) Success(numChunks int32, bitmaps api.ManagedBuffer) {
	m := wire.MergedBlockMetaSuccess{RequestID: r.id, NumChunks: numChunks}
	size := bitmaps.Size()
	r.c.answer(bitmaps, nil, true, func(dst []byte) []byte { return wire.AppendFrameHeader(dst, m, size) })
}

// Failure sends the text of err as the answer.
func (r MergedBlockMetaReply) Failure(err error) { r.c.sendRpcFailure(r.id, err, true) }

// MergedBlockMetaCallback hears of the answer to a request for merged block meta, as RpcCallback does of another's.
type MergedBlockMetaCallback interface {
	// OnSuccess has the bitmaps of numChunks chunks, valid for the call.
	OnSuccess(numChunks int32, bitmaps []byte)
	// OnFailure has a *RemoteFailure, or a *ConnectionError.
	OnFailure(cause error)
}

// metaWait stands for a MergedBlockMetaCallback among the other requests, with which it shares the ids.
type metaWait struct{ MergedBlockMetaCallback }

var _ RpcCallback = metaWait{}

// OnSuccess is called for an answer of the other kind.
func (w metaWait) OnSuccess([]byte) {
	w.OnFailure(IllegalState("the answer to a request for merged block meta is that of another request"))
}

func (c *Client) serveMergedBlockMeta(m wire.MergedBlockMetaRequest) {
	reply := MergedBlockMetaReply{c: c, id: m.RequestID}
	h, ok := c.handler.(MergedBlockMetaHandler)
	if !ok {
		reply.Failure(&JavaError{Class: "java.lang.UnsupportedOperationException", Message: "no merged blocks here"})
		return
	}
	if err := receiveMeta(h, c, m, reply); err != nil {
		reply.Failure(err)
	}
}

func receiveMeta(h MergedBlockMetaHandler, c *Client, m wire.MergedBlockMetaRequest, reply MergedBlockMetaReply) (err error) {
	defer recovered(&err)
	h.ReceiveMergedBlockMeta(c, m, reply)
	return nil
}

func (c *Client) takeMergedBlockMeta(payload []byte) error {
	m, err := wire.ParseMergedBlockMetaSuccess(payload)
	if err != nil {
		return err
	}
	switch cb := c.replies.takeRpc(m.RequestID).(type) {
	case nil:
	case metaWait:
		cb.MergedBlockMetaCallback.OnSuccess(m.NumChunks, m.Body)
	default:
		cb.OnFailure(IllegalState("merged block meta was not asked for by request %d", m.RequestID))
	}
	return nil
}
