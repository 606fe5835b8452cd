// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"io/fs"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// fullTable is a file system that no more files can be opened of.
type fullTable struct{ api.Files }

var errFullTable = &fs.PathError{Op: "open", Path: "data", Err: syscall.EMFILE}

func (fullTable) Open(string) (api.File, error) { return nil, errFullTable }

// shortApp cannot even look for its chunks and streams.
type shortApp struct{ *app }

func (a shortApp) Streams() transport.StreamManager { return a }

func (shortApp) GetChunk(int64, int32) (api.ManagedBuffer, error) { return nil, errFullTable }
func (shortApp) OpenStream(string) (api.ManagedBuffer, error)     { return nil, errFullTable }

// TestOutOfDescriptors: a block that cannot be opened for want of descriptors is not called lost. The connection ends, as
// after any failure that passes. An upload that cannot be opened fails alone, here.
func TestOutOfDescriptors(t *testing.T) {
	inWorlds(t, func(s *stage) {
		segment := func() api.ManagedBuffer { return api.NewFileSegment(fullTable{s.files}, "data", 0, 100_000) }
		for name, h := range map[string]transport.RpcHandler{
			"when it is sent":  &app{streams: map[string]api.ManagedBuffer{"1_0": segment()}},
			"when it is found": shortApp{&app{}},
		} {
			server := s.server(transport.Config{}, h)
			o := s.outcome()
			s.client(transport.Config{}, server.Addr()).FetchChunk(s.ctx, 1, 0, chunkOutcome{o})
			if e := o.next(); !isClosed(e.err) {
				s.Errorf("chunk, %s: %v", name, e.err)
			}
			s.client(transport.Config{}, server.Addr()).Stream(s.ctx, "1_0", streamOutcome{o})
			if e := o.next(); !isClosed(e.err) {
				s.Errorf("stream, %s: %v", name, e.err)
			}
		}
		o := s.outcome()
		c := s.client(transport.Config{}, s.server(transport.Config{}, &app{}).Addr())
		if _, err := c.UploadStream(s.ctx, []byte("upload"), segment(), rpcOutcome{o}); err != nil {
			s.Fatal(err)
		}
		if e := o.next(); isClosed(e.err) || e.err == nil || !c.IsActive() {
			s.Errorf("upload: %v", e.err)
		}
	})
}
