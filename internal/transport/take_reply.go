// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/internal/wire"
)

// rpcAnswer is an answer whose body lies in what was read. Those that were read together find their callbacks under one
// lock.
type rpcAnswer struct {
	id   int64
	body []byte
	cb   RpcCallback
}

// answersAtOnce is how many.
const answersAtOnce = 32

// handOut hands the answers that were gathered to who waits for them.
func (c *Client) handOut() {
	if len(c.answers) == 0 {
		return
	}
	gathers := c.out.gatherFor(&c.replies, c.answers)
	for i := range c.answers {
		a := c.answers[i]
		c.answers[i] = rpcAnswer{}
		if a.cb != nil {
			a.cb.OnSuccess(a.body)
		}
	}
	c.answers = c.answers[:0]
	if gathers {
		c.flushGathered()
	}
}

// gatherFor exchanges the ids of answers for their callbacks, nil where nobody waits. It reports whether these may send more
// requests: those then gather until flushGathered, for each would be written by itself while the reading task runs them.
func (w *writer) gatherFor(h *responseHandler, answers []rpcAnswer) bool {
	w.mu.Lock()
	for i := range answers {
		answers[i].cb = h.rpcs.take(answers[i].id)
	}
	_, wakes := answers[0].cb.(WakingCallback) // as all do, or none
	w.gatherLocked(!wakes)
	w.mu.Unlock()
	return !wakes
}

// gatherLocked says whether callbacks run whose requests are gathered.
func (w *writer) gatherLocked(gathers bool) {
	if gathers {
		w.shareLocked()
		w.byReader = true
	}
}

// flushGathered writes the requests of callbacks. If one of those keeps the reading task, the watch has them written.
func (c *Client) flushGathered() {
	c.out.mu.Lock()
	c.out.byReader = false
	c.flushLocked()
}

// takeReply hands a reply to who waits for it. A reply nobody waits for is ignored, as in Spark. It is called by the
// reading task.
func (c *Client) takeReply(payload []byte) error {
	if wire.PeekType(payload) == wire.TypeRpcResponse {
		id, body, err := wire.ParseRpcResponse(payload)
		if err != nil {
			return err
		}
		if len(c.answers) == 0 && c.in.decoder.Buffered() == 0 { // as most often where each asker waits: the list would cost half as much again
			w := &c.out
			w.mu.Lock()
			cb := c.replies.rpcs.take(id)
			_, wakes := cb.(WakingCallback)
			w.gatherLocked(!wakes)
			w.mu.Unlock()
			if cb != nil {
				cb.OnSuccess(body)
			}
			if !wakes {
				c.flushGathered()
			}
		} else if c.answers = append(c.answers, rpcAnswer{id: id, body: body}); len(c.answers) >= answersAtOnce || c.shaking.Load() {
			c.handOut()
		}
		return nil
	}
	return c.takeOtherReply(payload)
}

// takeOtherReply is takeReply for all but answers to requests.
func (c *Client) takeOtherReply(payload []byte) error {
	c.handOut()
	switch wire.PeekType(payload) {
	case wire.TypeRpcFailure:
		m, err := wire.ParseRpcFailure(payload)
		if err != nil {
			return err
		}
		if cb := c.replies.takeRpc(m.RequestID); cb != nil {
			cb.OnFailure(&RemoteFailure{Remote: c.remote, Text: m.Error})
		}
		return nil
	case wire.TypeChunkFetchSuccess:
		return c.takeChunk(payload)
	case wire.TypeChunkFetchFailure:
		m, err := wire.ParseChunkFetchFailure(payload)
		if err != nil {
			return err
		}
		if cb := c.replies.takeChunk(chunkID{m.StreamID, m.ChunkIndex}); cb != nil {
			cb.OnFailure(m.ChunkIndex, &RemoteFailure{Remote: c.remote, Text: m.Error})
		}
		return nil
	case wire.TypeStreamResponse:
		return c.takeStream(payload)
	case wire.TypeStreamFailure:
		m, err := wire.ParseStreamFailure(payload)
		if err != nil {
			return err
		}
		if cb := c.replies.takeStream(false); cb != nil {
			cb.OnFailure(&RemoteFailure{Remote: c.remote, Text: m.Error})
		}
		return nil
	case wire.TypeMergedBlockMetaSuccess:
		return c.takeMergedBlockMeta(payload)
	}
	_, err := wire.ParseMessage(payload) // unknown types end here
	return err
}
