// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// contents is what each kind of stream holds.
func contents() map[string]string {
	return map[string]string{
		"largeBuffer": string(pattern(100_000)), "smallBuffer": string(pattern(1024)),
		"emptyBuffer": "", "file": string(pattern(512 << 10)),
	}
}

var kinds = []string{"largeBuffer", "smallBuffer", "emptyBuffer", "file"}

// buffers are the contents as the application holds them, the file's in a file.
func (s *stage) buffers() map[string]api.ManagedBuffer {
	s.Helper()
	all := map[string]api.ManagedBuffer{}
	for kind, content := range contents() {
		all[kind] = api.NewBytesBuffer([]byte(content))
	}
	name := s.dir + "/stream"
	f, err := s.files.Create(name)
	if err == nil {
		_, err = f.Write([]byte(contents()["file"]))
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		s.Fatal(err)
	}
	all["file"] = api.NewFileSegment(s.files, name, 0, int64(len(contents()["file"])))
	s.closers = append(s.closers, func(context.Context) error { return s.files.Remove(name) })
	return all
}

func (s *stage) streams() *transport.Client {
	s.Helper()
	return s.client(transport.Config{}, s.server(transport.Config{}, &app{streams: s.buffers()}).Addr())
}

func (s *stage) checkStream(c *transport.Client, kind string) {
	s.Helper()
	if got, err := s.stream(c, kind); got != contents()[kind] || err != nil {
		s.Errorf("%s: %d bytes, %v", kind, len(got), err)
	}
}

func TestSTR01ZeroLengthStream(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, o := s.streams(), s.outcome()
		o.take = func([]byte) error { s.Error("data of an empty stream"); return nil }
		c.Stream(s.ctx, "emptyBuffer", streamOutcome{o})
		if e := o.next(); e.err != nil || e.body != "" {
			s.Error(e)
		}
	})
}

func TestSTR02SingleStream(t *testing.T) {
	inWorlds(t, func(s *stage) { s.checkStream(s.streams(), "largeBuffer") })
}

func TestSTR03MultipleStreams(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c := s.streams()
		for i := range 20 {
			s.checkStream(c, kinds[i%len(kinds)])
		}
	})
}

func TestSTR04ConcurrentStreams(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c := s.streams()
		s.together(20, func(i int) { s.checkStream(c, kinds[i%len(kinds)]) })
	})
}
