// SPDX-License-Identifier: Apache-2.0

package external

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// handler answers the requests of one service's connections, as Spark's ExternalBlockHandler. A request it cannot read or
// does not know fails by itself; the connection lives.
type handler struct {
	rt        api.Runtime
	diagnoses *diagnoses
	registry  *shuffle.Registry
	store     *shuffle.Store
	merger    Merger
	streams   *block.StreamManager
	listener  Listener
	counters  counters
	removing  atomic.Bool // a task removes blocks
}

var (
	_ transport.RpcHandler             = (*handler)(nil)
	_ transport.MergedBlockMetaHandler = (*handler)(nil)
	_ transport.RefusalObserver        = (*handler)(nil)
	_ transport.OversizeObserver       = (*handler)(nil)
)

func newHandler(rt api.Runtime, cfg Config) *handler {
	return &handler{
		rt: rt, diagnoses: newDiagnoses(rt), registry: cfg.Registry, store: cfg.Store, merger: cfg.Merger, listener: cfg.Listener,
		streams: block.NewStreamManager(rt, cfg.MaxOpenBlocks),
	}
}

// Receive implements transport.RpcHandler.
func (h *handler) Receive(c *transport.Client, body []byte, reply transport.RpcReply) {
	m, err := blockwire.ParseMessage(body)
	if err != nil {
		h.fail(c, reply.Inline(), unread(body, err))
		return
	}
	switch m := m.(type) {
	case blockwire.RegisterExecutor:
		h.register(c, m, reply)
	case blockwire.DiagnoseCorruption:
		h.diagnoseSoon(c, m, reply)
	case blockwire.RemoveBlocks:
		h.removeBlocks(c, m, reply)
	default:
		h.reply(c, m, reply.Inline())
	}
}

// unread is why a request could not be read; to who set spark.authenticate the number of its first message says nothing.
func unread(body []byte, err error) error {
	const saslMessage, authMessage = 0xEA, 0xFB
	if len(body) > 0 && (body[0] == saslMessage || body[0] == authMessage) {
		return transport.IllegalArgument("Unknown message type: %d: the application authenticates (spark.authenticate), which this service does not", int8(body[0]))
	}
	return err
}

// reply answers with what answer says.
func (h *handler) reply(c *transport.Client, m blockwire.Message, reply transport.RpcReply) {
	answer, err := h.answer(c, m)
	if err != nil {
		h.fail(c, reply, err)
		return
	}
	reply.Success(answer)
}

// fewBlocks are removed while the connection waits: that takes some milliseconds.
const fewBlocks = 256

// removeBlocks has a task remove many blocks, so that the connection is read meanwhile, on which others are fetched. Such a task
// holds their names: there is one at a time, and who asks for more waits, as nearly everywhere.
func (h *handler) removeBlocks(c *transport.Client, m blockwire.RemoveBlocks, reply transport.RpcReply) {
	if len(m.BlockIDs) <= fewBlocks || !h.removing.CompareAndSwap(false, true) {
		h.reply(c, m, reply.Inline())
		return
	}
	h.rt.Go("remove blocks", func() {
		defer h.removing.Store(false)
		h.reply(c, m, reply)
	})
}

// answer handles what is answered at once.
func (h *handler) answer(c *transport.Client, m blockwire.Message) ([]byte, error) {
	switch m := m.(type) {
	case blockwire.FetchShuffleBlocks:
		return h.fetch(c, m)
	case blockwire.FetchShuffleBlockChunks:
		return h.fetchMerged(c, m)
	case blockwire.OpenBlocks:
		return h.open(c, m)
	case blockwire.GetLocalDirsForExecutors:
		return h.localDirs(m)
	case blockwire.RemoveBlocks:
		return h.remove(m)
	case blockwire.FinalizeShuffleMerge:
		statuses, err := h.merger.Finalize(m)
		if err != nil {
			return nil, err
		}
		return statuses.Append(nil), nil
	case blockwire.RemoveShuffleMerge:
		return nil, h.merger.Remove(m)
	}
	return nil, unexpected(m)
}

func unexpected(m blockwire.Message) error { return unexpectedIn("", m) }

// unexpectedIn says also where a message is not expected.
func unexpectedIn(where string, m blockwire.Message) error {
	return &transport.JavaError{Class: "java.lang.UnsupportedOperationException", Message: fmt.Sprintf("Unexpected message%s: %v", where, m)}
}

// fail answers with a failure.
func (h *handler) fail(c *transport.Client, reply transport.RpcReply, cause error) {
	h.failed(c, cause)
	reply.Failure(cause)
}

func (h *handler) failed(c *transport.Client, cause error) {
	h.counters.failures.Add(1)
	if tell := h.listener.Failed; tell != nil {
		tell(c.Remote(), cause)
	}
}

func (h *handler) remove(m blockwire.RemoveBlocks) ([]byte, error) {
	dirs, _, err := h.registry.Find(shuffle.ExecutorID{AppID: m.AppID, ExecID: m.ExecID})
	if err != nil {
		return nil, err
	}
	n, err := h.store.Remove(dirs, m.BlockIDs)
	if err != nil {
		return nil, err
	}
	h.counters.removed.Add(uint64(n))
	return blockwire.BlocksRemoved{NumRemovedBlocks: int32(n)}.Append(nil), nil
}

// ReceiveMergedBlockMeta implements transport.MergedBlockMetaHandler.
func (h *handler) ReceiveMergedBlockMeta(c *transport.Client, m wire.MergedBlockMetaRequest, reply transport.MergedBlockMetaReply) {
	n, bitmaps, err := h.merger.Meta(MergedChunk{AppID: m.AppID, Shuffle: m.ShuffleID, MergeID: m.ShuffleMergeID, Reduce: m.ReduceID})
	if err != nil {
		h.failed(c, err)
		reply.Failure(err)
		return
	}
	reply.Success(n, bitmaps)
}

// ReceiveOneWay implements transport.RpcHandler: only the removal of what was merged is one-way.
func (h *handler) ReceiveOneWay(c *transport.Client, body []byte) {
	m, err := blockwire.ParseMessage(body)
	if err == nil {
		gone, ok := m.(blockwire.RemoveShuffleMerge)
		if ok {
			err = h.merger.Remove(gone)
		} else {
			err = unexpected(m)
		}
	}
	if err != nil {
		h.failed(c, err)
	}
}

// ReceiveStream implements transport.RpcHandler: a pushed block.
func (h *handler) ReceiveStream(_ *transport.Client, meta []byte) (transport.StreamConsumer, error) {
	m, err := blockwire.ParseMessage(meta)
	if err != nil {
		return nil, err
	}
	push, ok := m.(blockwire.PushBlockStream)
	if !ok {
		return nil, unexpectedIn(" with #receiveStream", m)
	}
	return block.ReceivePush(h.merger, push)
}

// Streams implements transport.RpcHandler.
func (h *handler) Streams() transport.StreamManager { return h.streams }

// Active implements transport.RpcHandler.
func (h *handler) Active(*transport.Client) {}

// Refused implements transport.RefusalObserver: a chunk that was asked for.
func (h *handler) Refused(c *transport.Client, cause error) { h.failed(c, cause) }

// Oversized implements transport.OversizeObserver.
func (h *handler) Oversized(c *transport.Client, _ bool, cause error) { h.failed(c, cause) }

// Inactive implements transport.RpcHandler.
func (h *handler) Inactive(c *transport.Client, cause error) {
	h.streams.ConnectionTerminated(c)
	if broken, ok := errors.AsType[*transport.ConnectionError](cause); ok {
		cause = broken.Cause
	}
	if !clientLeft(cause) { // a file that ended within a chunk, what is no message, a bound
		h.failed(c, cause)
	}
}

// clientLeft reports whether a connection ended because its client did, which clients do at any time.
func clientLeft(cause error) bool {
	_, broken := errors.AsType[*net.OpError](cause)
	return broken || cause == nil || cause == io.ErrUnexpectedEOF //nolint:errorlint // within a request; a file's is wrapped
}
