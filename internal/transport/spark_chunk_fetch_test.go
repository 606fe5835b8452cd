// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

func TestCFH01HandleChunkFetchRequest(t *testing.T) {
	const absent = "java.lang.IllegalStateException: Chunk was not found"
	limitedTransfers(t, absent, func(s *stage, c *transport.Client, i int, o *outcome) {
		c.FetchChunk(s.ctx, 7, int32(i), chunkOutcome{o})
	})
}

// The chunks of Spark's ChunkFetchIntegrationSuite, and what the first two hold.
const (
	bufferChunk  = 0
	fileChunk    = 1
	missingChunk = 12345
)

func chunkContent(index int32) string {
	if index == bufferChunk {
		return string(pattern(100_000))
	}
	return string(pattern(1024)[10 : 1024-15])
}

// fetchChunks fetches chunks over one connection and checks how each ends, and that they end in the order of the
// requests.
func fetchChunks(t *testing.T, indices ...int32) {
	t.Helper()
	inWorlds(t, func(s *stage) {
		name := s.dir + "/chunk"
		f, err := s.files.Create(name)
		if err == nil {
			_, err = f.Write(pattern(1024))
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			s.Fatal(err)
		}
		s.closers = append(s.closers, func(context.Context) error { return s.files.Remove(name) })
		c := s.client(transport.Config{}, s.server(transport.Config{}, &app{streams: map[string]api.ManagedBuffer{
			"1_0": api.NewBytesBuffer([]byte(chunkContent(bufferChunk))),
			"1_1": api.NewFileSegment(s.files, name, 10, 1024-25),
		}}).Addr())
		o := s.outcome()
		for _, index := range indices {
			c.FetchChunk(s.ctx, 1, index, chunkOutcome{o})
		}
		for _, index := range indices {
			e := o.next()
			switch {
			case e.index != index:
				s.Errorf("chunk %d ended where %d was due", e.index, index)
			case index == missingChunk && !isRemoteFailure(e.err), index != missingChunk && e.err != nil:
				s.Errorf("chunk %d: %v", index, e.err)
			case index != missingChunk && e.body != chunkContent(index):
				s.Errorf("chunk %d: %d bytes, or others than its own", index, len(e.body))
			}
		}
		if n := c.Outstanding(); n != 0 || !o.none() {
			s.Errorf("%d requests outstanding after all ends", n)
		}
	})
}

func TestCFI01FetchBufferChunk(t *testing.T)         { fetchChunks(t, bufferChunk) }
func TestCFI02FetchFileChunk(t *testing.T)           { fetchChunks(t, fileChunk) }
func TestCFI03FetchNonExistentChunk(t *testing.T)    { fetchChunks(t, missingChunk) }
func TestCFI04FetchBothChunks(t *testing.T)          { fetchChunks(t, bufferChunk, fileChunk) }
func TestCFI05FetchChunkAndNonExistent(t *testing.T) { fetchChunks(t, bufferChunk, missingChunk) }
