// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// largestChunk is the size in bytes up to which a block is fetched whole.
const largestChunk = 64 << 20

// chunkPuller fetches each chunk from the callback of the one before. What goes to a file, or is too large for memory, it
// fetches as streams.
type chunkPuller struct {
	factory *transport.ClientFactory
	client  *transport.Client
	want    Want
	dest    *os.File // nil: the blocks are dropped
}

func dialChunks(addr string, w Want) (Puller, error) {
	dest, err := openDest(w.Dest)
	if err != nil {
		return nil, err
	}
	f := transport.NewClientFactory(netty.NewRuntime(), tcp(w.Congestion), transport.Config{}, chunkHandler{streams: &sharedFile{}})
	c, err := f.Client(context.Background(), addr)
	if err != nil {
		return nil, err
	}
	return &chunkPuller{f, c, w, dest}, nil
}

// chunkRun is one Pull. Its callbacks are called by the connection's one reading task.
type chunkRun struct {
	*chunkPuller
	next, end int64
	missing   int64
	done      chan error
}

func (p *chunkPuller) Pull(first, n int64) error {
	end, begun := first+n, min(first+n, first+int64(p.want.Outstanding))
	r := &chunkRun{chunkPuller: p, next: begun, end: end, missing: n, done: make(chan error, 1)}
	r.fetch(first, begun) // from here on the callbacks have r
	return <-r.done
}

// fetch asks for the blocks from first up to end.
func (r *chunkRun) fetch(first, end int64) {
	if r.dest == nil && r.want.Block <= largestChunk {
		r.client.FetchChunks(context.Background(), 1, int32(first), int32(end-first), r)
		return
	}
	for i := first; i < end; i++ {
		r.client.Stream(context.Background(), strconv.FormatInt(i, 10), &chunkStream{chunkRun: r, at: i * r.want.Block, block: i})
	}
}

// ended counts a block that came with so many bytes, or did not, and has the next come.
func (r *chunkRun) ended(block, size int64, err error) {
	if err == nil && size != r.want.Block {
		err = fmt.Errorf("%d bytes", size)
	}
	if err != nil {
		select {
		case r.done <- fmt.Errorf("block %d: %w", block, err):
		default: // the first error is enough
		}
		return
	}
	if r.missing--; r.missing == 0 {
		r.done <- nil
	}
	if i := r.next; i < r.end {
		r.next++
		r.fetch(i, i+1)
	}
}

// OnSuccess implements transport.ChunkCallback.
func (r *chunkRun) OnSuccess(index int32, data api.ManagedBuffer) {
	r.ended(int64(index), data.Size(), nil)
}

// OnFailure implements transport.ChunkCallback.
func (r *chunkRun) OnFailure(index int32, cause error) { r.ended(int64(index), 0, cause) }

// chunkStream writes a block to the file as it comes, if there is one.
type chunkStream struct {
	*chunkRun
	block, at int64
	got       int64
}

// OnData implements transport.StreamCallback.
func (s *chunkStream) OnData(p []byte) error {
	if s.dest == nil {
		s.got += int64(len(p))
		return nil
	}
	n, err := s.dest.WriteAt(p, s.at+s.got)
	s.got += int64(n)
	return err
}

// OnComplete implements transport.StreamCallback.
func (s *chunkStream) OnComplete() { s.ended(s.block, s.got, nil) }

// OnFailure implements transport.StreamCallback.
func (s *chunkStream) OnFailure(cause error) { s.ended(s.block, s.got, cause) }

func (p *chunkPuller) Close() error {
	if p.dest != nil {
		p.dest.Close() //nolint:errcheck // nobody reads it
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return p.factory.Close(ctx)
}
