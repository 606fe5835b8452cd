// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"context"
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// patience is how long an end of ours may take to close.
const patience = 5 * time.Second

// chunkServer serves the blocks of a file as the chunks of every stream, and as streams named by their numbers.
type chunkServer struct {
	*transport.Server
	file *sharedFile
}

func serveChunks(h Have) (Server, error) {
	f, err := openShared(h.Path, h.Block)
	if err != nil {
		return nil, err
	}
	s, err := transport.NewServer(context.Background(), netty.NewRuntime(), tcp(h.Congestion), loopback, transport.Config{}, chunkHandler{streams: f})
	if err != nil {
		return nil, err
	}
	return chunkServer{s, f}, nil
}

// tcp is the network of ours.
func tcp(congestion string) api.Network { return netty.TCP(netty.TCPConfig{Congestion: congestion}) }

func (s chunkServer) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return s.Server.Close(ctx)
}

// sharedFile gives out the blocks of a file.
type sharedFile struct {
	files api.Files
	name  string
	block int64
}

func openShared(path string, block int64) (*sharedFile, error) {
	_, err := os.Stat(path)
	return &sharedFile{netty.OSFiles(), path, block}, err
}

func (f *sharedFile) segment(i int64) api.ManagedBuffer {
	return api.NewFileSegment(f.files, f.name, i*f.block, f.block)
}

// Ready implements transport.ReadyStreams.
func (*sharedFile) Ready(int64) bool { return true }

// GetChunk implements transport.StreamManager.
func (f *sharedFile) GetChunk(_ int64, index int32) (api.ManagedBuffer, error) {
	return f.segment(int64(index)), nil
}

// OpenStream implements transport.StreamManager.
func (f *sharedFile) OpenStream(id string) (api.ManagedBuffer, error) {
	i, err := strconv.ParseInt(id, 10, 64)
	return f.segment(i), err
}

// ConnectionTerminated implements transport.StreamManager.
func (f *sharedFile) ConnectionTerminated(*transport.Client) {}

// chunkHandler serves chunks and streams only.
type chunkHandler struct{ streams transport.StreamManager }

var errNotServed = errors.New("only chunks and streams are served")

func (chunkHandler) Receive(_ *transport.Client, _ []byte, reply transport.RpcReply) {
	reply.Inline().Failure(errNotServed)
}
func (chunkHandler) ReceiveOneWay(*transport.Client, []byte) {}
func (chunkHandler) ReceiveStream(*transport.Client, []byte) (transport.StreamConsumer, error) {
	return nil, errNotServed
}
func (h chunkHandler) Streams() transport.StreamManager { return h.streams }
func (chunkHandler) Active(*transport.Client)           {}
func (chunkHandler) Inactive(*transport.Client, error)  {}
