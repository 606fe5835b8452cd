// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// inChunk calls f in the callback of a chunk.
type inChunk struct {
	chunkOutcome
	f func()
}

func (c inChunk) OnSuccess(index int32, data api.ManagedBuffer) {
	c.f()
	c.chunkOutcome.OnSuccess(index, data)
}

// TestUnreadableUploadBehindHeldRequests: requests for chunks that were held go in front of an upload. One whose body cannot
// be read then fails alone, and they arrive.
func TestUnreadableUploadBehindHeldRequests(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		chunks, upload := s.outcome(), s.outcome()
		c.FetchChunks(s.ctx, 1, 0, 8, chunkOutcome{chunks})
		c.FetchChunk(s.ctx, 2, 0, inChunk{chunkOutcome{chunks}, func() {
			c.FetchChunk(s.ctx, 3, 0, chunkOutcome{chunks})
			body := unreadable{api.NewBytesBuffer(make([]byte, 100)), func() ([]byte, error) { return nil, errDisk }}
			if _, err := c.UploadStream(s.ctx, []byte("upload"), body, rpcOutcome{upload}); err != nil {
				s.Error(err)
			}
		}})
		for range 9 {
			p.next()
		}
		p.send(wire.ChunkFetchSuccess{StreamID: 2, Body: []byte("chunk")})
		if e := upload.next(); !errors.Is(e.err, errDisk) || isClosed(e.err) {
			s.Error("the upload:", e)
		}
		if m, ok := p.next().(wire.ChunkFetchRequest); !ok || m.StreamID != 3 {
			s.Error("the request that was held:", m)
		}
		if !c.IsActive() {
			s.Error("the connection has ended")
		}
	})
}
