// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// RpcHandler is the application on top of a connection, as Spark's RpcHandler. The connection's reading task calls it,
// one call at a time; while a call blocks, nothing of that connection is read, so it must not wait for anything that
// comes over the connection. A panic while a request is served is told to the peer as its failure. A handler may also be
// a [MergedBlockMetaHandler].
type RpcHandler interface {
	// Receive handles a request; reply is used exactly once, now or later, from any task. body is valid for the call; see
	// [Client.Keep].
	Receive(c *Client, body []byte, reply RpcReply)
	// ReceiveOneWay handles a one-way message. body is valid for the call.
	ReceiveOneWay(c *Client, body []byte)
	// ReceiveStream returns who takes the raw bytes behind an UploadStream frame with that meta. An error refuses the
	// upload and closes the connection.
	ReceiveStream(c *Client, meta []byte) (StreamConsumer, error)
	// Streams serves the chunk and stream requests.
	Streams() StreamManager
	// Active tells that the connection is there, before anything else.
	Active(c *Client)
	// Inactive tells that it has ended, after everything else. cause matches api.ErrConnectionClosed.
	Inactive(c *Client, cause error)
}

// RefusalObserver is an optional ability of an RpcHandler: it hears of each chunk and stream that its peer was told it cannot
// have, because there is none or its bytes cannot be read. A task of the connection calls it, which it must not hold up.
type RefusalObserver interface {
	// Refused has why.
	Refused(c *Client, cause error)
}

// Drainer is an RpcHandler that is told when every message that was read has been handed to it. So it may gather what
// came together.
type Drainer interface {
	// Drained tells that the reading task may be about to wait for something else than messages.
	Drained(c *Client)
	// Work tells, after requests were handed to it, that the reading task has nothing in hand, and would read on. The handler
	// may do what it gathered on this task, within [Client.Work], whose result it returns; otherwise it returns false.
	Work(c *Client) (relieved bool)
}

// RequestTaker is an RpcHandler that takes what came together without being called for each: Take comes in place of Receive
// and ReceiveOneWay.
type RequestTaker interface {
	// Take takes a request, or a one-way message, which has no reply, and those behind it, which it gets by
	// [Client.NextRequest]. body is valid until the next one is taken. It may do what it gathered on this task meanwhile, as
	// in Work; if that reports true it returns true at once.
	Take(c *Client, body []byte, reply RpcReply) (relieved bool)
}

// StreamManager serves chunks and streams and is told when a connection has ended.
type StreamManager interface {
	api.StreamManager
	// ConnectionTerminated drops what belongs to the connection.
	ConnectionTerminated(c *Client)
}

// StreamHolder is a StreamManager that tells whether it holds something for a connection: a silent one then ends, as one
// does that waits for answers, so that nobody holds what its peer opened and never fetched. It is called by tasks of the
// connection, and must not block.
type StreamHolder interface {
	Holds(c *Client) bool
}

// ReadyStreams is a StreamManager that tells whether GetChunk of a stream never waits: then the chunks that were asked for
// in one go are handed on together, which costs less. It is called by reading tasks, and must not block.
type ReadyStreams interface {
	Ready(streamID int64) bool
}

// StreamConsumer takes the raw bytes of an uploaded stream, called by the reading task. Exactly one of OnComplete and
// OnFailure comes last.
type StreamConsumer interface {
	// OnData takes the next bytes, valid for the call. An error fails the upload and closes the connection.
	OnData(p []byte) error
	// OnComplete ends the stream; what it returns is the reply's body, or the failure, after which the connection lives.
	OnComplete() (reply []byte, err error)
	// OnFailure tells that the stream broke off, or that OnData failed.
	OnFailure(cause error)
}

// SizedConsumer is a StreamConsumer that hears first of all how many bytes were announced. An error is as one of OnData.
type SizedConsumer interface {
	OnSize(n int64) error
}

// RpcReply answers one request. Use it once. The zero value answers none.
type RpcReply struct {
	c     *Client
	id    int64
	later bool
}

// Inline is the same reply for an answer given before Receive returns, or from a task with more to do: it must not be
// held up by a write, so another task writes.
func (r RpcReply) Inline() RpcReply { r.later = true; return r }

// Asked reports whether it answers one.
func (r RpcReply) Asked() bool { return r.c != nil }

// Gone reports whether the connection has ended, so that no answer can reach anybody.
func (r RpcReply) Gone() bool { return r.c.parting.Load() }

// Success sends body as the answer. A body above CopyLimit must not change afterwards.
func (r RpcReply) Success(body []byte) { r.c.sendRpcResponse(r.id, body, r.later) }

// Gather is Success for a message loop that has more to do, and then calls Flush of the client that is returned, if it is
// not nil.
func (r RpcReply) Gather(body []byte) *Client {
	if r.c.gatherRpcResponse(r.id, body) {
		return r.c
	}
	return nil
}

// Over reports whether the request came over c.
func (r RpcReply) Over(c *Client) bool { return r.c == c }

// Now is Gather and Flush, for a task that has no more to do. The body, not above CopyLimit, stands behind FrameRoom bytes of its frame: where
// nobody else has anything to write, it is written from where it is.
func (r RpcReply) Now(frame []byte) {
	c := r.c
	c.admit()
	wire.PutRpcResponseHeader(frame, r.id)
	if !c.out.beginsAlone(len(frame)) {
		c.writeWithOthers(frame)
		return
	}
	if !c.out.writeAlone(frame) {
		c.writeOn()
	}
}

// FrameRoom is how many bytes of a frame with a request or its answer stand before the body.
const FrameRoom = wire.RpcRequestHeaderLen

// Failure sends the text of err as the answer.
func (r RpcReply) Failure(err error) { r.c.sendRpcFailure(r.id, err, r.later) }

// RpcCallback hears of the answer to a request, once, from the reading task, which must not be made to wait for anything
// that comes over the connection. Only that an upload's data cannot be read it hears from another task.
type RpcCallback interface {
	// OnSuccess has the answer's body, valid for the call.
	OnSuccess(body []byte)
	// OnFailure has a *RemoteFailure, or a *ConnectionError; or why the data cannot be read, then nothing was sent.
	OnFailure(cause error)
}

// WakingCallback is an RpcCallback that does nothing but wake the task that waits for the answer. What others add to a
// connection, while its reading task calls them, that task needs not write.
type WakingCallback interface {
	RpcCallback
	// OnlyWakes does nothing.
	OnlyWakes()
}

// ChunkCallback hears of a chunk, as RpcCallback does of an answer.
type ChunkCallback interface {
	// OnSuccess has the chunk, borrowed for the call.
	OnSuccess(chunkIndex int32, data api.ManagedBuffer)
	// OnFailure says why it did not come.
	OnFailure(chunkIndex int32, cause error)
}

// StreamCallback hears of a stream: OnData zero or more times, then one of OnComplete and OnFailure, from the reading
// task.
type StreamCallback interface {
	// OnData has the next bytes, valid for the call. It may block, which holds up the sender and everything else on the
	// connection, but not for ever, and not for anything that comes over it. An error closes the connection, for the rest
	// of the stream is in its way.
	OnData(p []byte) error
	// OnComplete says that all bytes came.
	OnComplete()
	// OnFailure says why the stream did not come or broke off.
	OnFailure(cause error)
}

// FileTaker is an optional ability of a StreamCallback, found by type assertion: to have bytes put into a file by the
// connection, instead of an OnData.
type FileTaker interface {
	// File is the file that the next bytes may go to the end of, nil when OnData is to have them. It may block, and its error
	// closes the connection, as OnData.
	File() (api.File, error)
	// OnFile says that n bytes went there.
	OnFile(n int)
}
