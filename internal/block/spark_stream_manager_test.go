// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
	"github.com/twinwire/twinwire/internal/transport"
)

// left checks how many references each buffer still has, and that the manager has no streams.
func (s *stage) left(m *block.StreamManager, want []int64, buffers ...*countedBuffer) {
	s.Helper()
	for i, b := range buffers {
		if got := b.refs.Load(); got != want[i] {
			s.Errorf("buffer %d has %d references, want %d", i, got, want[i])
		}
	}
	if n := m.Open(); n != 0 {
		s.Errorf("%d streams are left", n)
	}
}

func TestOSM01MissingChunk(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, c := block.NewStreamManager(s.rt, 0), new(transport.Client)
		b := []*countedBuffer{counted(nil), counted(nil), counted(nil)}
		id := m.Register(c, block.Stream{Buffers: []api.ManagedBuffer{b[0], nil, b[1], b[2]}})
		for i, want := range []api.ManagedBuffer{b[0], nil, b[1]} {
			if got, err := m.GetChunk(id, int32(i)); got != want || err != nil {
				s.Errorf("chunk %d: %v, %v", i, got, err)
			}
		}
		m.ConnectionTerminated(new(transport.Client)) // another one
		if m.Open() != 1 {
			s.Error("the stream ended with a connection that is not its own")
		}
		m.ConnectionTerminated(c)
		s.left(m, []int64{1, 1, 0}, b...)
		if _, err := m.GetChunk(id, 3); err == nil {
			s.Error("a chunk came after the stream's end")
		}
	})
}

func TestOSM02ManagedBuffersAreFreedWhenConnectionIsClosed(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, c := block.NewStreamManager(s.rt, 0), new(transport.Client)
		a, b := counted(nil), counted(nil)
		m.Register(c, block.Stream{Buffers: []api.ManagedBuffer{a, b}})
		m.ConnectionTerminated(c)
		m.ConnectionTerminated(c)
		s.left(m, []int64{0, 0}, a, b)
	})
}

// faulty panics when it is released.
type faulty struct{ api.ManagedBuffer }

func (faulty) Release() { panic("release failed") }

// Spark's streams are iterators, which may fail while they are drained; ours can fail in Release only.
func TestOSM03StreamStatesAreFreedWhenConnectionIsClosedEvenIfBufferIteratorThrowsException(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, c := block.NewStreamManager(s.rt, 0), new(transport.Client)
		bad := faulty{api.NewBytesBuffer(nil)}
		a, b := counted(nil), counted(nil)
		m.Register(c, block.Stream{Buffers: []api.ManagedBuffer{bad, a}})
		m.Register(c, block.Stream{Buffers: []api.ManagedBuffer{bad, b}})
		func() {
			defer func() {
				if p := recover(); p != "release failed" {
					s.Errorf("the failure was swallowed: %v", p)
				}
			}()
			m.ConnectionTerminated(c)
		}()
		s.left(m, []int64{0, 0}, a, b)
	})
}

func TestOSM04StreamStatesAreFreeOrNotWhenConnectionIsClosed(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, c := block.NewStreamManager(s.rt, 0), new(transport.Client)
		a, b := counted(nil), counted(nil)
		opened := 0
		lazy := m.Register(c, block.Stream{Count: 3, Open: func(index int) (api.ManagedBuffer, error) {
			if opened++; index == 1 {
				return nil, errors.New("the file is gone")
			}
			return a, nil
		}})
		m.Register(c, block.Stream{Buffers: []api.ManagedBuffer{b}})
		if got, err := m.GetChunk(lazy, 0); got != a || err != nil {
			s.Error(got, err)
		}
		if _, err := m.GetChunk(lazy, 1); err == nil {
			s.Error("the failure of a chunk was swallowed")
		}
		if _, err := m.GetChunk(lazy, 1); err == nil || opened != 2 {
			s.Error("a chunk that failed was opened again:", err)
		}
		m.ConnectionTerminated(c)
		if opened != 2 {
			s.Error("a chunk was opened after its connection's end")
		}
		s.left(m, []int64{1, 0}, a, b)
	})
}

// TestStreamOrder: a chunk comes once, in its turn, by number or by name.
func TestStreamOrder(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, c := block.NewStreamManager(s.rt, 0), new(transport.Client)
		id := m.Register(c, block.Stream{Buffers: []api.ManagedBuffer{counted(nil), counted(nil)}})
		if _, err := m.GetChunk(id, 1); err == nil || err.Error() != "Received out-of-order chunk index 1 (expected 0)" {
			s.Error(err)
		}
		if _, err := m.GetChunk(id, 0); err != nil {
			s.Error(err)
		}
		if _, err := m.GetChunk(id, 0); err == nil {
			s.Error("a chunk came twice")
		}
		for _, name := range []string{"", "7", "x_1", "1_x", "1_2_3"} {
			if _, err := m.OpenStream(name); err == nil {
				s.Errorf("stream %q was opened", name)
			}
		}
		if m.Register(c, block.Stream{}) == id || m.Open() != 1 {
			s.Error("an empty stream is open")
		}
	})
}

// TestReadyStreams: chunks are there, unless they are made when they are asked for, or the stream has ended.
func TestReadyStreams(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, c := block.NewStreamManager(s.rt, 0), new(transport.Client)
		there := m.Register(c, block.Stream{Buffers: []api.ManagedBuffer{api.NewBytesBuffer(nil)}})
		made := m.Register(c, block.Stream{Count: 1, Open: func(int) (api.ManagedBuffer, error) { return api.NewBytesBuffer(nil), nil }})
		if !m.Ready(there) || m.Ready(made) {
			s.Errorf("ready: %t, made when asked for: %t", m.Ready(there), m.Ready(made))
		}
		if _, err := m.GetChunk(there, 0); err != nil || m.Ready(there) {
			s.Errorf("at its end: ready %t, %v", m.Ready(there), err)
		}
	})
}
