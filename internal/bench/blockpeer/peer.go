// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"fmt"
	"io"
)

// The names of the peers.
const (
	Service     = "twinwire"        // ours, the block transfer service
	Chunks      = "twinwire-chunks" // ours, chunks of one stream over a transport client
	RawSendfile = "raw-sendfile"    // a header and a sendfile a block
	RawPread    = "raw-pread"       // a read and a write a block
	RawWrite    = "raw-write"       // a write a block of memory that never changes
	HTTPRange   = "http-range"      // net/http, one GET for everything
	HTTPBlocks  = "http-blocks"     // net/http, one GET a block
	GRPC        = "grpc-go"         // one stream, a message a block

	// The same under Reno, for information: BBR, where it is the system's, costs the loopback interface half its speed, and
	// ours do not use it there.
	RawSendfileReno = "raw-sendfile-reno"
	RawPreadReno    = "raw-pread-reno"
	HTTPRangeReno   = "http-range-reno"
	GRPCReno        = "grpc-go-reno"
)

// loopback is where every server listens.
const loopback = "127.0.0.1:0"

// Have is what a server serves.
type Have struct {
	Path       string // of the file
	Block      int64  // bytes in a block
	Congestion string // the congestion control; empty: the system's, or what ours choose themselves
}

// Want is what a puller pulls and where to.
type Want struct {
	Block       int64  // bytes in a block
	Outstanding int    // blocks asked for at a time, where a peer can be asked
	Dest        string // the file to write the blocks to, each at its place; empty: they are dropped
	Congestion  string // as the server's
}

// Peer is one way. Serve starts a server of the blocks of a file; Dial connects to one.
type Peer struct {
	Name  string
	Serve func(h Have) (Server, error)
	Dial  func(addr string, w Want) (Puller, error)
}

// Server is a running server.
type Server interface {
	// Addr is the "host:port" it listens at.
	Addr() string
	io.Closer
}

// Puller pulls blocks. It is for one goroutine.
type Puller interface {
	// Pull pulls n blocks from number first on and returns when all have come. A block that is short is an error.
	Pull(first, n int64) error
	io.Closer
}

// All returns every peer, ours first.
func All() []Peer {
	peers := []Peer{
		{Name: Service, Serve: serveService, Dial: dialService},
		{Name: Chunks, Serve: serveChunks, Dial: dialChunks},
		{Name: RawSendfile, Serve: serveRaw, Dial: dialRaw(bySendfile)},
		{Name: RawPread, Serve: serveRaw, Dial: dialRaw(byPread)},
		{Name: RawWrite, Serve: serveRaw, Dial: dialRaw(byWrite)},
		{Name: HTTPRange, Serve: serveHTTP, Dial: dialHTTPRange},
		{Name: HTTPBlocks, Serve: serveHTTP, Dial: dialHTTPBlocks},
		{Name: GRPC, Serve: serveGRPC, Dial: dialGRPC},
	}
	for _, p := range peers {
		switch p.Name {
		case RawSendfile, RawPread, HTTPRange, GRPC:
			peers = append(peers, p.unpaced())
		}
	}
	return peers
}

// unpaced is the peer under Reno, whatever a run says.
func (p Peer) unpaced() Peer {
	serve, dial := p.Serve, p.Dial
	return Peer{
		Name: p.Name + "-" + unpaced,
		Serve: func(h Have) (Server, error) {
			h.Congestion = unpaced
			return serve(h)
		},
		Dial: func(addr string, w Want) (Puller, error) {
			w.Congestion = unpaced
			return dial(addr, w)
		},
	}
}

// Find returns the peer of that name.
func Find(name string) (Peer, error) {
	for _, p := range All() {
		if p.Name == name {
			return p, nil
		}
	}
	return Peer{}, fmt.Errorf("block peer %q: unknown", name)
}
