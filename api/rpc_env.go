// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"io"
	"log/slog"
)

// RpcEnv hosts endpoints and reaches those of other envs, as Spark's RpcEnv. It is also where a component gets time,
// tasks, waiting, randomness and its logger. All methods are safe for concurrent use.
type RpcEnv interface {
	// Address is where the env listens, with the advertised host and the bound port; zero in client mode.
	Address() RpcAddress
	// Runtime is the world the env runs in.
	Runtime() Runtime
	// Logger is for the component's own lines; in a simulation they carry host and virtual time and stand in reports.
	Logger() *slog.Logger
	// SetupEndpoint registers e and starts it. The name has up to 32,767 bytes of UTF-8 and none of @:/?#; one with white
	// space or a % in it is reached by EndpointRef, and not by Lookup, whose URI it cannot stand in. It is free again once
	// the endpoint is stopped. Errors: [ErrEndpointExists], [ErrEnvStopped].
	SetupEndpoint(name string, e RpcEndpoint) (RpcEndpointRef, error)
	// Lookup returns a reference to "spark://name@host:port" after that env has said that it has such an endpoint
	// ([ErrEndpointNotFound] if it has not), within [RpcEnvConfig.LookupTimeout]. It is a snapshot.
	Lookup(ctx context.Context, uri string) (RpcEndpointRef, error)
	// EndpointRef returns a reference without asking anyone: for an endpoint that may start later.
	EndpointRef(address RpcEndpointAddress) RpcEndpointRef
	// Watch calls gone once when the endpoint that stands behind ref, or its env, is gone; unless stop is called first, or
	// while gone runs. Cause tells what is known: [ErrEndpointStopped] (it has run OnStop, another one has its name, or its
	// env was shut down or started anew), [ErrEndpointNotFound] (it was not there when the watch reached its env),
	// [ErrConnectionClosed] (its env could not be reached in [RpcEnvConfig.ConnectRetries] attempts, or the connection of a
	// client-mode env's reference ended) or [ErrTimeout] (its env was silent for [RpcEnvConfig.WatchTimeout]), after both of
	// which it may live on, and [ErrEnvStopped] (this env was shut down).
	//
	// A stop is told at once, over the connection; a connection that ends is made anew and the watch goes on if the same
	// endpoint is there. An env that answers but knows no watches, such as Spark's own, is watched without its endpoints.
	// gone runs as a task of its own and may block; to hear of it in the order of an endpoint's messages, send it one.
	Watch(ref RpcEndpointRef, gone func(cause error)) (stop func())
	// Stop unregisters the endpoint: what is queued is still handled, then OnStop runs. Stopping again does nothing, not to
	// another endpoint that has got the name either, nor does a reference to an endpoint of another env. A reference that
	// was looked up, or came in a message from another env, stands for who has the name now.
	Stop(ref RpcEndpointRef)
	// FileServer serves files to the other envs.
	FileServer() RpcEnvFileServer
	// OpenChannel reads a file of another env, "spark://host:port/files/name", as a stream, over a connection of its own. A
	// read after a failure in mid-stream returns the failure. A reader who stops for longer than the ConnectionTimeout of
	// the other env loses the stream. Close it.
	OpenChannel(ctx context.Context, uri string) (io.ReadCloser, error)
	// Shutdown stops the env: every endpoint finishes what is queued and gets OnStop, waiting asks fail with
	// [ErrEnvStopped], connections close. It waits for that until ctx is done. Calling it again waits too. A handler, for
	// whose end it waits, leaves it to a task of its own.
	Shutdown(ctx context.Context) error
	// AwaitTermination waits until the env is stopped.
	AwaitTermination(ctx context.Context) error
	// Stats returns counts since the start.
	Stats() RpcEnvStats
}

// RpcEnvStats counts what an env did since its start.
type RpcEnvStats struct {
	Sends           uint64 // one-way messages handed to the env
	Asks            uint64 // asks started, lookups included
	Replies         uint64 // asks answered by a reply
	Failures        uint64 // asks that ended otherwise
	Delivered       uint64 // messages handed to local endpoints
	ConnectRetries  uint64 // connection attempts after the first for one outbox
	OutboxDropped   uint64 // one-way messages lost to a failed connection
	Unreadable      uint64 // messages that came and could not be decoded
	Undelivered     uint64 // messages that came for an endpoint that is not there
	OpenConnections int    // in both directions
	Endpoints       int    // set up and not stopped, those of the env itself included
	PendingAsks     int    // without an outcome, lookups included
	PendingMessages int    // in the inboxes of endpoints; of each that is handling them up to 7 count that were handled
	OutboxMessages  int    // that wait for connections
	OutboxBytes     int    // their encoded size
	Watches         int    // whose end has not been told
}

// RpcEnvFileServer serves files under the URIs it returns, as Spark's RpcEnvFileServer. A request can never leave a
// registered directory: "..", absolute names and symbolic links out of it are refused. That of an env in client mode
// refuses everything. Safe for concurrent use.
type RpcEnvFileServer interface {
	// AddFile serves the file at path as "spark://host:port/files/<base name>".
	AddFile(path string) (uri string, err error)
	// AddJar serves the file at path as "spark://host:port/jars/<base name>".
	AddJar(path string) (uri string, err error)
	// AddDirectory serves the files below path under baseURI, one segment such as "/classes".
	AddDirectory(baseURI, path string) (uri string, err error)
	// RemoveFile ends what AddFile began, for later requests.
	RemoveFile(name string)
	// RemoveJar ends what AddJar began, for later requests.
	RemoveJar(name string)
}
