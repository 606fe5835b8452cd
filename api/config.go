// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"log/slog"
	"time"
)

// RpcEnvConfig configures an env. The zero value is a client-mode env with Spark's defaults. A world fills in Network,
// Files and Logger where they are nil.
type RpcEnvConfig struct {
	// Name is for logs and traces. Empty: the host's name, or "rpc".
	Name string
	// Bind is the "host:port" to listen at; port 0 takes any free port. Empty: client mode, which listens nowhere.
	Bind string
	// AdvertiseHost is the host other envs are told to dial. Empty: the host of Bind, or the machine's loopback address
	// when that is unspecified.
	AdvertiseHost string
	// PortRetries is how many ports after the one of Bind are tried when it is taken (spark.port.maxRetries); after 65535
	// comes 1024. Address tells which it became. 0: 16. Negative: none, and a taken port is an error matching
	// [ErrAddressInUse].
	PortRetries int

	// AskTimeout bounds every ask (spark.rpc.askTimeout). 0: 120 s.
	AskTimeout time.Duration
	// LookupTimeout bounds Lookup (spark.rpc.lookupTimeout). 0: 120 s.
	LookupTimeout time.Duration
	// ConnectTimeout bounds one connection attempt (spark.rpc.io.connectionCreationTimeout). 0: 120 s.
	ConnectTimeout time.Duration
	// ConnectionTimeout ends a connection that has requests outstanding and no traffic (spark.rpc.io.connectionTimeout).
	// 0: 120 s. Negative: never.
	ConnectionTimeout time.Duration
	// ConnectRetries is how often a failed connection attempt is repeated while messages wait for it. 0: 3. Negative: not
	// at all, as in Spark.
	ConnectRetries int
	// ConnectRetryWait is the wait before the first repetition; it doubles, and has jitter. 0: 100 ms.
	ConnectRetryWait time.Duration

	// WatchTimeout is how long the env of a watched endpoint may be silent before it is taken to be gone; it is asked three
	// times as often. See [RpcEnv.Watch]. 0: 30 s.
	WatchTimeout time.Duration

	// MaxMessageSize bounds one message, in bytes (spark.rpc.message.maxSize). A larger one is not sent: it
	// fails with [MessageTooLargeError]. One that comes from an env with a larger limit is dropped, and fails its ask there
	// with [ErrMessageTooLarge]. 0: 128 MiB.
	MaxMessageSize int
	// OutboxMessages bounds how many messages wait for one peer to be connected. 0: 65,536.
	OutboxMessages int
	// OutboxBytes bounds their encoded size. 0: 64 MiB.
	OutboxBytes int
	// InboxMessages bounds how many messages of peers wait for one endpoint; those larger than 1 KiB count for more. While
	// it is exceeded, the connections that bring more are not read, which slows their senders down; beyond twice as many
	// they are refused: asks with [ErrInboxFull]. 0: 65,536.
	InboxMessages int
	// MessageLoops is how many tasks deliver messages (spark.rpc.netty.dispatcher.numThreads), without those whose handlers
	// wait (see [RpcEndpoint]) and those of isolated endpoints. 0: in netty the number of cores, at least 2; in memnet 2.
	MessageLoops int

	// Serializer encodes messages. Nil: deterministic CBOR with limits.
	Serializer Serializer
	// MessageTypes lists a value of each message type of endpoints that are not made of typed handlers, and of each type
	// an untyped reply may hold.
	MessageTypes []any

	// Network makes the connections. Nil: the world's own (TCP, or the simulated network).
	Network Network
	// Files is what the file server reads. Nil: the world's own.
	Files Files
	// Logger gets the component's lines, and those of [LogEvents] where Listener is nil. Nil: the world's own, or none.
	Logger *slog.Logger
	// Listener hears of connections, failures, lost messages and endpoints. Nil: LogEvents(Logger).
	Listener *EventListener

	_ struct{}
}

// BlockTransferConfig configures a block transfer service. The zero value listens on a free loopback port.
type BlockTransferConfig struct {
	// Bind is the "host:port" to listen at; port 0 takes any free port. Empty: a free port of the host.
	Bind string
	// AdvertiseHost is the host other services are told to dial. Empty: as for [RpcEnvConfig.AdvertiseHost].
	AdvertiseHost string
	// PortRetries is how many ports after the one of Bind are tried when it is taken; as [RpcEnvConfig.PortRetries].
	PortRetries int
	// AppID is the application the blocks belong to (spark.app.id). Both ends must agree. Empty: "app".
	AppID string
	// AppAttemptID is the attempt of the application that pushes blocks (spark.app.attempt.id). 0: there are no numbered
	// attempts, which goes as -1.
	AppAttemptID int32
	// ExecutorID is the executor of this service, and LocalDirs where it keeps its blocks, for those on the same host who
	// want to read them there.
	ExecutorID string
	LocalDirs  []string

	// MaxRetries is how often a fetch is repeated after an I/O error (spark.shuffle.io.maxRetries). 0: 3. Negative: not at
	// all.
	MaxRetries int
	// RetryWait is the wait before each repetition (spark.shuffle.io.retryWait). 0: 5 s.
	RetryWait time.Duration
	// ConnectTimeout bounds one connection attempt (spark.shuffle.io.connectionCreationTimeout). 0: 120 s.
	ConnectTimeout time.Duration
	// ConnectionTimeout ends a connection that has no traffic, but has requests outstanding, or a peer that opened blocks
	// and does not fetch them: so those are not held for ever. 0: 120 s. Negative: never.
	ConnectionTimeout time.Duration
	// ConnectionsPerPeer is how many connections one peer gets (spark.shuffle.io.numConnectionsPerPeer). 0: 1.
	ConnectionsPerPeer int
	// MaxBlockInMemory is the size in bytes above which an upload goes as a stream, and one that comes goes into a file of
	// UploadDir (spark.network.maxRemoteBlockSizeFetchToMem). 0: 200 MiB.
	MaxBlockInMemory int64
	// UploadDir is a directory of Files that belongs to this service alone, and is made if it is not there: uploads that come as streams and do not fit into
	// memory are written there, and handed to the block manager as segments of files that go with the last reference. Empty:
	// there is none, and what does not fit is refused.
	UploadDir string
	// UploadMemory bounds, in bytes, what uploads that come as streams hold in memory, over all connections. 0: 2 GiB.
	UploadMemory int64
	// UseOldFetchProtocol asks for every block by its id, for services older than Spark 3 (spark.shuffle.useOldFetchProtocol).
	UseOldFetchProtocol bool
	// ExecutorAlive says whether an executor lives, for who knows: it is asked when an executor cannot be connected to, and
	// when it says no the blocks fail with [ErrExecutorDead] at once. In Spark the driver is asked. Nil: nobody knows.
	ExecutorAlive func(ctx context.Context, execID string) (bool, error)
	// MaxOpenBlocks bounds how many blocks one connection may have opened and not fetched yet: a fetch that exceeds it is
	// refused, and fails without being tried again. 0: 1,048,576. Negative: no bound.
	MaxOpenBlocks int
	// MaxChunksBeingTransferred bounds how many blocks are on their way out at a time, over all connections
	// (spark.shuffle.maxChunksBeingTransferred): who asks for one more loses the connection, and may come again. 0:
	// 1,048,576. Negative: no bound.
	MaxChunksBeingTransferred int
	// MaxTransferMemory does the same for the bytes of those that are in memory, each time a block is sent; a file costs
	// none. 0: 4 GiB. Negative: no bound.
	MaxTransferMemory int64
	// MaxConnectionBacklog bounds the bytes of answers that wait for one peer to take them: the peer is not read from while
	// they are more. A block counts for at least 256 bytes. 0: 64 MiB.
	MaxConnectionBacklog int64
	// MaxFrameSize bounds one received frame in bytes: a larger message or block is dropped, and fails alone with
	// [ErrMessageTooLarge]. 0: 2 GiB - 1, the wire's own limit; memory grows with what arrived, not with what was announced.
	MaxFrameSize int

	// Network makes the connections. Nil: the world's own.
	Network Network
	// Files is where UploadDir is. Nil: the world's own.
	Files Files
	// Audit watches over the references to buffers, in tests: see [BufferAudit]. Nil: nobody does, which costs nothing.
	Audit *BufferAudit
	// Logger gets the lines of [LogEvents] where Listener is nil, and those of requests that fail and are not answered. Nil: the
	// world's own, or none.
	Logger *slog.Logger
	// Listener hears of connections and failures. Nil: LogEvents(Logger).
	Listener *EventListener

	_ struct{}
}
