// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// fileSender is a connection that sends files, always, and leaves out some last bytes without saying so.
type fileSender struct {
	*writeLog
	lacks int64
}

func (fileSender) SendFileFrom() int64 { return 0 }

func (s fileSender) SendFile(head []byte, f api.File, offset, n int64) (int64, error) {
	s.data.Write(head)
	sent, err := io.Copy(&s.data, io.NewSectionReader(f, offset, n-s.lacks))
	return int64(len(head)) + sent, err
}

// TestSegmentsThatTheConnectionSends: each header is in front of its bytes, once, whether they are none, some, or more than
// are sent at once.
func TestSegmentsThatTheConnectionSends(t *testing.T) {
	g := newGathering(t)
	g.Writer = transport.NewWriter(netty.NewRuntime(), fileSender{writeLog: g.log}, func(err error) { g.failed = err })
	path, data := g.file(t, "large", 3<<20)
	for _, at := range []struct{ from, n int }{{0, 3 << 20}, {1, 0}, {7, 2<<20 + 13}, {0, 512 << 10}, {3 << 20, 0}, {9, 1}} {
		g.step("head", api.NewFileSegment(g.files, path, int64(at.from), int64(at.n)), data[at.from:at.from+at.n])
	}
	g.step("message", nil, nil)
	g.Flush()
	if !bytes.Equal(g.log.data.Bytes(), g.want) || g.failed != nil || g.files.open != 0 || g.Pending() != 0 {
		t.Errorf("%d bytes of %d, or others; %v, %d files open, %d bytes pending", g.log.data.Len(), len(g.want), g.failed, g.files.open, g.Pending())
	}
}

// TestSegmentSentInPart: a connection that sends less than it was told to is closed, for what is missing was announced.
func TestSegmentSentInPart(t *testing.T) {
	for _, lacks := range []int64{1, 4} { // as much as the header has
		g := newGathering(t)
		g.Writer = transport.NewWriter(netty.NewRuntime(), fileSender{g.log, lacks}, func(err error) { g.failed = err })
		path, data := g.file(t, "file", 1000)
		g.step("head", api.NewFileSegment(g.files, path, 0, 1000), data)
		g.step("never", nil, nil)
		g.Flush()
		if !errors.Is(g.failed, io.ErrUnexpectedEOF) || bytes.Contains(g.log.data.Bytes(), []byte("never")) || g.files.open != 0 {
			t.Errorf("%d bytes short: %v, %d files open", lacks, g.failed, g.files.open)
		}
	}
}

// TestLargeSegments: chunks and streams of a file, larger than what is sent at once, arrive as they are.
func TestLargeSegments(t *testing.T) {
	inWorlds(t, func(s *stage) {
		data := pattern(2<<20 + 17)
		f, err := s.files.Create(s.dir + "/large")
		if err == nil {
			_, err = f.Write(data)
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			s.Fatal(err)
		}
		a := &app{streams: map[string]api.ManagedBuffer{}}
		want := map[string]string{}
		for id, at := range map[string][2]int{"0_0": {0, len(data)}, "0_1": {13, 600_000}, "0_2": {5, 0}, "0_3": {len(data) - 1, 1}} {
			a.streams[id] = api.NewFileSegment(s.files, s.dir+"/large", int64(at[0]), int64(at[1]))
			want[id] = string(data[at[0] : at[0]+at[1]])
		}
		c := s.client(transport.Config{}, s.server(transport.Config{}, a).Addr())
		o := s.outcome()
		c.FetchChunks(s.ctx, 0, 0, 4, chunkOutcome{o})
		for i, id := range []string{"0_0", "0_1", "0_2", "0_3"} {
			if e := o.next(); e.err != nil || e.index != int32(i) || e.body != want[id] {
				s.Errorf("chunk %s: %d, %d bytes or others, %v", id, e.index, len(e.body), e.err)
			}
			if got, err := s.stream(c, id); err != nil || got != want[id] {
				s.Errorf("stream %s: %d bytes or others, %v", id, len(got), err)
			}
		}
	})
}
