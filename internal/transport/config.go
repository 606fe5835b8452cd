// SPDX-License-Identifier: Apache-2.0

package transport

import "time"

// Config is what the connections of one server or client factory share.
type Config struct {
	ConnectTimeout     time.Duration // bounds one connection attempt with its bootstraps; <= 0: no bound of its own
	ConnectionTimeout  time.Duration // no traffic for so long with requests outstanding closes a connection; <= 0: never
	CloseIdle          bool          // close it without requests outstanding too
	ConnectionsPerPeer int           // slots of a pool, at least 1
	RetryWait          time.Duration // fail-fast attempts fail at once for 95 % of it after a failed one
	MaxPayload         int           // bytes of one received frame; 0: the wire's own limit
	MaxPayloadSetting  string        // what sets that, for who sent more
	PortRetries        int           // how many ports after the one asked for are tried when it is taken; <= 0: none
	// MaxConnections bounds the connections of a server. More wait in the system's queue until one ends, so that those that
	// are open do not lack descriptors for what they ask for. <= 0: no bound.
	MaxConnections int
	// MaxTransfers bounds how many chunks and streams are on their way out over all connections together
	// (spark.shuffle.maxChunksBeingTransferred): the connection of one more request is closed without a reply, as in
	// Spark, which the peer may take as a reason to come again. <= 0: no bound.
	MaxTransfers int
	// MaxTransferMemory does the same for their bytes that are in memory, which those of a file are not. <= 0: no bound.
	MaxTransferMemory int64
	// MaxBacklog bounds the bytes of answers that wait for a peer to take them. An answer beyond that waits for a second,
	// and then the connection is closed: so a peer that asks and takes no answers costs no more than this. 0: 64 MiB.
	MaxBacklog int64
}

const (
	// writeRoom is how many bytes may wait to be written before requests are no longer taken in and new ones wait.
	writeRoom = 4 << 20
	// resumeRoom is how many are left when those who wait for room go on: they then add many, instead of a few for each few
	// that are written, with a wake-up of another task each time.
	resumeRoom = writeRoom / 2
	// maxBacklog is Config.MaxBacklog when that is 0.
	maxBacklog = 64 << 20
	// bodyCost is what a body that is written by itself counts for among the bytes that wait, beside its own: about the
	// memory that it takes to remember it. So empty ones are bounded too.
	bodyCost = 256
	// patience is how long the reading task, or an answer, waits for a peer that takes nothing. It is short, because the
	// peer may itself be waiting for this side to read.
	patience = time.Second
	// stepBytes is how many bytes of small messages are gathered in one buffer before another is begun, and maxSpare how
	// many written buffers a connection keeps for use again while it is busy: as many as may wait.
	stepBytes = 256 << 10
	maxSpare  = writeRoom / stepBytes
	// seldomSpare is how large a written buffer is, in bytes, that a quiet connection does not keep. One that only sends is
	// quiet too, but what it writes is larger.
	seldomSpare = 1 << 10
	// writePiece is how many bytes of a body are written at once, so that the idle check sees progress.
	writePiece = 512 << 10
	// CopyLimit is the size in bytes up to which a body is copied behind its header instead of being written by itself:
	// the caller may then use it again when the call has returned.
	CopyLimit = 32 << 10
	// holdBytes is how much must be on its way while requests for large chunks are held.
	holdBytes = 1 << 20
	// readAtLeast is how much free space a read gets, in bytes.
	readAtLeast = 4 << 10
	// bodyAhead is how much of a chunk's memory is allocated before its bytes arrive: beyond that it grows with what came.
	bodyAhead = 4 << 20
	// gatherLimit is the size in bytes up to which a segment of a file is read behind its header, where the connection has
	// no faster way, and gatherBytes how much leaves in one write then.
	gatherLimit = 256 << 10
	gatherBytes = 320 << 10
	// tinySegment is the size in bytes up to which segments that adjoin are read together: a copy costs less than a call.
	tinySegment = 8 << 10
	// rawPiece is how much of a stream is read at once, when so much of it is to come.
	rawPiece = 256 << 10
	// bodyPiece is how much of a chunk is read at once, so that the idle check sees progress.
	bodyPiece = 512 << 10
	// gatheredAlone is how many chunks and streams the reading task finds asked for before another begins to write them.
	gatheredAlone = 64
	// lingerTime and lingerBytes bound how long a connection that is being closed is still read from.
	lingerTime  = time.Second
	lingerBytes = 256 << 20
)
